# Goldens of item response theory: Rscript irt.R, from this folder.
#
# Nothing here is shared with the Python side: the model is written with a and b (not intercepts),
# integrated on 241 nodes between -9 and 9, maximised by optim's BFGS and then by Newton steps until
# no parameter moves by 1e-9; standard errors from the Hessian at that maximum.
#
# Files, named by rule:
#   irt/answers_<data>.csv   simulated input; empty where not answered
#   irt/patterns_lsat7.csv   answer patterns with their counts: Bock & Lieberman 1970, table 1
#   irt/grm_<data>.json      estimates, scores, information, item fit, residual correlations
#   irt/groups_<data>.json   likelihood-ratio tests of differential item functioning, by MASS::polr
#                            and by the model in two groups
suppressPackageStartupMessages({library(MASS); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("irt", showWarnings = FALSE)
save_json <- function(x, file) write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"), file)

# ---- data ----------------------------------------------------------------------------------
simulate <- function(n, a, b, mean = 0, sd = 1) {  # b: items x boundaries
  theta <- rnorm(n, mean, sd)
  sapply(seq_along(a), function(j) rowSums(outer(theta, b[j, ], function(t, x)
    plogis(a[j] * (t - x))) > runif(n)) + 1L)
}
spread <- function(p, K, shift) t(sapply(seq_len(p), function(j) seq(-1.8, 1.8, length.out = K - 1) + shift[j]))
write_answers <- function(x, name) write.csv(x, sprintf("irt/answers_%s.csv", name), row.names = FALSE, na = "", quote = FALSE)
named <- function(x) { colnames(x) <- sprintf("i%02d", seq_len(ncol(x))); as.data.frame(x) }

raw <- read.csv("../../survey_app/demo/tapwater_involvement.csv", na.strings = "NA")[-1, ]
tap <- raw[is.na(raw$term) & raw$suburb %in% 1:3, sprintf("p%02d", 1:10)]
tap <- as.data.frame(lapply(tap, as.numeric))
tap <- tap[complete.cases(tap), ]
tap[c("p01", "p02")] <- 8 - tap[c("p01", "p02")]
stopifnot(nrow(tap) == 439)
tap <- tap[sprintf("p%02d", 1:5)]

lsat7 <- expand.grid(i05 = 0:1, i04 = 0:1, i03 = 0:1, i02 = 0:1, i01 = 0:1)[, 5:1]
lsat7$count <- c(12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28,
                 7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308)
stopifnot(colSums(lsat7$count * lsat7[1:5]) == c(828, 658, 772, 606, 843))
write.csv(lsat7, "irt/patterns_lsat7.csv", row.names = FALSE, quote = FALSE)

set.seed(20240501)
mixed <- simulate(350, c(1.4, 2.2, .9, 1.8, 1.2), spread(5, 5, c(0, .4, -.3, .2, -.1)))
mixed[mixed[, 2] == 3, 2] <- 4L             # an inner category that nobody chose
mixed[, 3] <- pmin(mixed[, 3], 4L)          # the highest category never chosen
mixed[, 4] <- 1L + (mixed[, 4] > 3)         # two categories only
mixed[, 5] <- 6L - mixed[, 5]               # keyed against the others
holes <- simulate(600, c(1.1, 1.6, 2.4, .8, 1.9, 1.3), spread(6, 7, c(-.5, 0, .5, .2, -.2, 1)))
holes[matrix(runif(length(holes)) < .10, nrow(holes))] <- NA
holes[c(5, 77), ] <- NA
small <- simulate(80, c(1.5, 2, 1.1, 1.7), spread(4, 5, c(0, .3, -.3, .1)))
long <- simulate(300, runif(40, .7, 2.2), spread(40, 4, rnorm(40, 0, .6)))
sets <- list(lsat7 = as.matrix(lsat7[rep(1:32, lsat7$count), 1:5]), tapwater = as.matrix(tap),
             mixed = mixed, holes = holes, small = small, long = long)
for (name in c("mixed", "holes", "small", "long")) write_answers(named(sets[[name]]), name)

# ---- the model -------------------------------------------------------------------------------
nodes <- seq(-9, 9, length.out = 241)
prior <- dnorm(nodes) / sum(dnorm(nodes))

curves <- function(a, b, theta) {  # categories x theta, the difference taken in the smaller tail
  eta <- a * outer(-b, theta, "+")
  above <- rbind(1, plogis(eta), 0); below <- rbind(0, plogis(-eta), 1)
  K <- nrow(above)
  ifelse(above[-K, ] + above[-1, ] > 1, below[-1, ] - below[-K, ], above[-K, ] - above[-1, ])
}
slopes_of <- function(a, b, theta) {  # first and second derivative by theta
  above <- rbind(1, plogis(a * outer(-b, theta, "+")), 0)
  f <- a * above * (1 - above); g <- a^2 * above * (1 - above) * (1 - 2 * above)
  list(first = -diff(f), second = -diff(g))
}
recode <- function(x) apply(x, 2, function(v) match(v, sort(unique(v[!is.na(v)]))))
unpack <- function(v, K) {
  ends <- cumsum(K); Map(function(i, j) list(a = v[i], b = v[(i + 1):j]), ends - K + 1, ends)
}
posterior <- function(x, items, nodes = get("nodes", globalenv())) {
  L <- matrix(0, nrow(x), length(nodes))
  for (j in seq_along(items)) {
    P <- log(pmax(curves(items[[j]]$a, items[[j]]$b, nodes), 1e-300))
    told <- !is.na(x[, j]); L[told, ] <- L[told, ] + P[x[told, j], ]
  }
  top <- apply(L, 1, max); W <- exp(L - top) * rep(prior, each = nrow(x)); s <- rowSums(W)
  list(weights = W / s, loglik = sum(log(s) + top))
}
score_vector <- function(x, items, nodes = get("nodes", globalenv())) {
  W <- posterior(x, items, nodes)$weights; out <- list()
  for (j in seq_along(items)) {
    a <- items[[j]]$a; b <- items[[j]]$b; K <- length(b) + 1
    r <- t(sapply(seq_len(K), function(k) colSums(W[which(x[, j] == k), , drop = FALSE])))
    P <- curves(a, b, nodes); above <- plogis(a * outer(-b, nodes, "+")); f <- above * (1 - above)
    ratio <- r / P; ratio[P < 1e-300] <- 0
    lean <- ratio[-1, , drop = FALSE] - ratio[-K, , drop = FALSE]
    by_a <- sum(lean * f * outer(-b, nodes, "+")); by_b <- rowSums(-a * lean * f)
    out[[j]] <- c(by_a, by_b)
  }
  unlist(out)
}
hessian <- function(x, v, K, h = 1e-4) {  # Richardson: steps h and h/2
  slope <- function(v) score_vector(x, unpack(v, K))
  H <- sapply(seq_along(v), function(i) {
    e <- replace(numeric(length(v)), i, 1)
    wide <- (slope(v + h * e) - slope(v - h * e)) / (2 * h)
    close <- (slope(v + h / 2 * e) - slope(v - h / 2 * e)) / h
    (4 * close - wide) / 3
  })
  (H + t(H)) / 2
}
fit <- function(x) {
  K <- apply(x, 2, max, na.rm = TRUE)
  signs <- sign(eigen(cor(x, use = "pairwise"))$vectors[, 1]); signs <- signs * sign(sum(signs))
  begin <- unlist(lapply(seq_along(K), function(j) {
    share <- rev(cumsum(rev(table(factor(x[, j], 1:K[j])))))[-1] / sum(!is.na(x[, j]))
    c(signs[j] * 1.2, -qlogis(share) / (signs[j] * 1.2))
  }))
  value <- function(v) {
    items <- unpack(v, K)
    if (any(sapply(items, function(i) any(diff(i$b) * sign(i$a) <= 0)))) return(1e10)
    -posterior(x, items)$loglik
  }
  o <- optim(begin, value, function(v) -score_vector(x, unpack(v, K)), method = "BFGS",
             control = list(reltol = 1e-13, maxit = 2000))
  v <- o$par
  for (step in 1:8) {
    H <- hessian(x, v, K); move <- solve(H, score_vector(x, unpack(v, K)))
    v <- v - move
    if (max(abs(move)) < 1e-9) break
  }
  stopifnot(max(abs(move)) < 1e-9)
  list(K = K, v = v, V = solve(-H), items = unpack(v, K), loglik = posterior(x, unpack(v, K))$loglik)
}

# ---- what follows from a fit --------------------------------------------------------------------
parameters <- function(f) {
  ends <- cumsum(f$K)
  Map(function(item, i, j) {
    V <- f$V[i:j, i:j]; a <- item$a; b <- item$b
    J <- cbind(-b, diag(-a, length(b)))
    list(a = a, a_se = sqrt(V[1, 1]), b = I(b), b_se = I(sqrt(diag(V)[-1])),
         d = I(-a * b), d_se = I(sqrt(diag(J %*% V %*% t(J)))))
  }, f$items, ends - f$K + 1, ends)
}
scores <- function(x, f) {
  W <- posterior(x, f$items)$weights
  eap <- W %*% nodes; se <- sqrt(W %*% nodes^2 - eap^2)
  one <- function(row) {
    told <- which(!is.na(row))
    slope <- function(t) sum(sapply(told, function(j) {
      s <- slopes_of(f$items[[j]]$a, f$items[[j]]$b, t)$first[row[j]]
      s / curves(f$items[[j]]$a, f$items[[j]]$b, t)[row[j]] }))
    bend <- function(t) sum(sapply(told, function(j) {
      s <- slopes_of(f$items[[j]]$a, f$items[[j]]$b, t); P <- curves(f$items[[j]]$a, f$items[[j]]$b, t)
      k <- row[j]; (s$first[k] / P[k])^2 - s$second[k] / P[k] }))
    IJ <- function(t) rowSums(sapply(told, function(j) {
      s <- slopes_of(f$items[[j]]$a, f$items[[j]]$b, t); P <- curves(f$items[[j]]$a, f$items[[j]]$b, t)
      c(sum(s$first^2 / P), sum(s$first * s$second / P)) }))
    map <- uniroot(function(t) slope(t) - t, c(-8, 8), tol = 1e-12)$root
    wle <- uniroot(function(t) { ij <- IJ(t); slope(t) + ij[2] / (2 * ij[1]) }, c(-12, 12), tol = 1e-12)$root
    c(map, 1 / sqrt(bend(map) + 1), wle, 1 / sqrt(IJ(wle)[1]))
  }
  some <- which(rowSums(!is.na(x)) > 0); some <- unique(c(head(some, 40), range_rows(x)))
  other <- t(apply(x[some, ], 1, one))
  told <- rowSums(!is.na(x)) > 0
  list(rows = some - 1, eap = eap[some], eap_se = se[some], map = other[, 1], map_se = other[, 2],
       wle = other[, 3], wle_se = other[, 4],
       empirical = var(eap[told]) / (var(eap[told]) + mean(se[told]^2)))
}
range_rows <- function(x) { s <- rowSums(x); c(which.min(s), which.max(s)) }
information <- function(f, theta = seq(-3, 3, .5)) {
  at <- function(t) sapply(f$items, function(i) colSums(slopes_of(i$a, i$b, t)$first^2 / curves(i$a, i$b, t)))
  on <- rowSums(at(nodes[abs(nodes) < 6.5])); w <- prior[abs(nodes) < 6.5]
  list(theta = theta, item = at(theta), marginal = sum(w * on / (on + 1)) / sum(w))
}
item_fit <- function(x, f, smallest = 1) {
  x <- x[complete.cases(x), ] ; total <- rowSums(x - 1)
  t(sapply(seq_along(f$items), function(j) {
    rest <- matrix(1, 1, length(nodes))
    for (i in setdiff(seq_along(f$items), j)) {
      P <- curves(f$items[[i]]$a, f$items[[i]]$b, nodes); K <- nrow(P); S <- nrow(rest)
      longer <- matrix(0, S + K - 1, length(nodes))
      for (s in 1:S) for (k in 1:K) longer[s + k - 1, ] <- longer[s + k - 1, ] + rest[s, ] * P[k, ]
      rest <- longer
    }
    P <- curves(f$items[[j]]$a, f$items[[j]]$b, nodes); K <- nrow(P); chi2 <- 0; df <- -K
    for (s in 0:sum(f$K - 1)) {
      rows <- which(total == s); k <- which(s - (1:K - 1) >= 0 & s - (1:K - 1) < nrow(rest))
      E <- sapply(k, function(k) sum(P[k, ] * rest[s - k + 2, ] * prior)); E <- length(rows) * E / sum(E)
      O <- sapply(k, function(k) sum(x[rows, j] == k))
      while (length(E) > 1 && min(E) < smallest) {
        thin <- which.min(E); sides <- setdiff(c(thin - 1, thin + 1), c(0, length(E) + 1))
        near <- sides[which.min(E[sides])]
        E[near] <- E[near] + E[thin]; O[near] <- O[near] + O[thin]; E <- E[-thin]; O <- O[-thin]
      }
      if (length(E) > 1) { chi2 <- chi2 + sum((O - E)^2 / E); df <- df + length(E) - 1 }
    }
    c(chi2, df, pchisq(chi2, df, lower.tail = FALSE), sqrt(max(0, (chi2 - df) / (df * (nrow(x) - 1)))))
  }))
}
residual_correlations <- function(x, f, values) {
  eap <- as.vector(posterior(x, f$items)$weights %*% nodes)
  R <- sapply(seq_along(f$items), function(j)
    values[[j]][x[, j]] - as.vector(values[[j]] %*% curves(f$items[[j]]$a, f$items[[j]]$b, eap)))
  cor(R, use = "pairwise.complete.obs")
}

for (name in names(sets)) {
  given <- sets[[name]]; x <- recode(given); f <- fit(x)
  fitted <- if (name == "small") NULL else item_fit(x, f)
  save_json(list(
    n = sum(rowSums(!is.na(x)) > 0), loglik = f$loglik, parameters = unname(parameters(f)),
    scores = scores(x, f), information = information(f),
    item_fit = if (!is.null(fitted)) list(chi2 = fitted[, 1], df = fitted[, 2], p = fitted[, 3],
      q = p.adjust(fitted[, 3], "BH"), rmsea = fitted[, 4]),
    q3 = residual_correlations(x, f, apply(given, 2, function(v) sort(unique(v[!is.na(v)])), simplify = FALSE))
  ), sprintf("irt/grm_%s.json", name))
  cat(name, f$loglik, "\n")
}

# ---- differential item functioning: ordinal regression ---------------------------------------------
set.seed(20240502)
shifted <- spread(6, 5, c(0, .4, -.3, .2, -.5, .3)); steep <- c(1.5, 1.2, 2, 1, 1.7, 1.4)
other_b <- shifted; other_b[2, ] <- other_b[2, ] + .6
other_a <- replace(steep, 5, .8)
three <- rbind(simulate(300, steep, shifted), simulate(250, other_a, other_b, .4, 1.1),
               simulate(200, steep, shifted, -.3))
three_groups <- rep(c("east", "north", "west"), c(300, 250, 200))
write_answers(cbind(named(three), group = three_groups), "three")

regressions <- function(y, match, group) {
  y <- factor(y); match <- as.vector(scale(match)); n <- length(y)
  tight <- list(reltol = 1e-15, maxit = 2000)
  fits <- list(polr(y ~ match, control = tight), polr(y ~ match + group, control = tight),
               polr(y ~ match * group, control = tight))
  L <- sapply(fits, logLik); L0 <- as.numeric(logLik(polr(y ~ 1, control = tight)))
  G <- nlevels(group) - 1; df <- c(2 * G, G, G)
  chi2 <- 2 * c(L[3] - L[1], L[2] - L[1], L[3] - L[2])
  snell <- 1 - exp(2 * (L0 - L) / n); nagelkerke <- snell / (1 - exp(2 * L0 / n))
  list(chi2 = chi2, df = df, p = pchisq(chi2, df, lower.tail = FALSE),
       mcfadden = (L[1] - L[3]) / L0, nagelkerke = nagelkerke[3] - nagelkerke[1],
       nagelkerke_uniform = nagelkerke[2] - nagelkerke[1],
       log_odds = unname(coef(fits[[2]])[-1]))
}
group <- factor(three_groups)
pooled <- fit(recode(three))
traits <- as.vector(posterior(recode(three), pooled$items)$weights %*% nodes)
save_json(list(
  score = lapply(1:6, function(j) regressions(three[, j], rowSums(three), group)),
  theta = lapply(1:6, function(j) regressions(three[, j], traits, group))
), "irt/groups_three_logistic.json")

# ---- differential item functioning: the model in two groups ------------------------------------------
set.seed(20240503)
b4 <- spread(5, 4, c(0, .4, -.3, .2, -.5)); a4 <- c(1.4, 1.8, 1.1, 2, 1.5); b4o <- b4; b4o[3, ] <- b4o[3, ] + .7
two <- rbind(simulate(350, a4, b4), simulate(300, replace(a4, 4, 1.1), b4o, .5, 1.3))
two[cbind(sample(650, 60), sample(5, 60, TRUE))] <- NA
two_groups <- rep(c("1", "2"), c(350, 300))
write_answers(cbind(named(two), group = two_groups), "two")

fit_groups <- function(x, group, free) {  # free: items with parameters of their own in the second group
  K <- c(apply(x, 2, max, na.rm = TRUE), if (length(free)) apply(x[, free, drop = FALSE], 2, max, na.rm = TRUE))
  split_up <- function(v) {
    items <- unpack(v[seq_len(sum(K))], K); other <- items[1:5]
    if (length(free)) other[free] <- items[-(1:5)]
    list(first = items[1:5], second = other, mean = v[sum(K) + 1], sd = exp(v[sum(K) + 2]))
  }
  z <- nodes; one <- group == "1"
  value <- function(v) {
    m <- split_up(v)
    if (any(sapply(c(m$first, m$second), function(i) any(diff(i$b) * sign(i$a) <= 0)))) return(1e10)
    -posterior(x[one, ], m$first)$loglik - posterior(x[!one, ], m$second, m$mean + m$sd * z)$loglik
  }
  slope <- function(v) {
    m <- split_up(v); there <- m$mean + m$sd * z
    g1 <- score_vector(x[one, ], m$first); g2 <- score_vector(x[!one, ], m$second, there)
    W <- posterior(x[!one, ], m$second, there)$weights
    ends <- cumsum(K[1:5]); own <- unlist(Map(seq, ends - K[1:5] + 1, ends)[free])
    shared <- g2; shared[own] <- 0
    c(g1 + shared, g2[own], sum(W %*% z) / m$sd, sum(W %*% z^2 - 1))
  }
  begin <- unlist(lapply(1:5, function(j) {
    share <- rev(cumsum(rev(table(factor(x[, j], 1:K[j])))))[-1] / sum(!is.na(x[, j])); c(1.2, -qlogis(share) / 1.2) }))
  ends <- cumsum(K[1:5]); own <- unlist(Map(seq, ends - K[1:5] + 1, ends)[free])
  o <- optim(c(begin, begin[own], 0, 0), value, function(v) -slope(v), method = "BFGS",
             control = list(reltol = 1e-13, maxit = 2000))
  v <- o$par
  for (step in 1:8) {
    H <- sapply(seq_along(v), function(i) {
      e <- replace(numeric(length(v)), i, 1e-4); (slope(v + e) - slope(v - e)) / 2e-4 })
    move <- solve((H + t(H)) / 2, slope(v)); v <- v - move
    if (max(abs(move)) < 1e-8) break
  }
  stopifnot(max(abs(move)) < 1e-8)
  m <- split_up(v); list(loglik = -value(v), mean = m$mean, sd = m$sd, first = m$first, second = m$second, free = length(v))
}
x2 <- recode(two); equal <- fit_groups(x2, two_groups, integer(0))
tests <- lapply(1:5, function(j) {
  f <- fit_groups(x2, two_groups, j); chi2 <- 2 * (f$loglik - equal$loglik); df <- f$free - equal$free
  fine <- seq(-9, 9, length.out = 100001); theta <- f$mean + f$sd * fine
  apart <- colSums(curves(f$second[[j]]$a, f$second[[j]]$b, theta) * 1:4) - colSums(curves(f$first[[j]]$a, f$first[[j]]$b, theta) * 1:4)
  list(chi2 = chi2, df = df, p = pchisq(chi2, df, lower.tail = FALSE),
       signed = weighted.mean(apart, dnorm(fine)), unsigned = weighted.mean(abs(apart), dnorm(fine)))
})
save_json(list(loglik = equal$loglik, mean = equal$mean, sd = equal$sd, tests = tests), "irt/groups_two_likelihood.json")
cat("groups", equal$loglik, equal$mean, equal$sd, "\n")
