# Goldens of what scorecards say of groups: Rscript scorecards.R, from this folder.
#
# Files in scorecards/, named by rule <statistic>[_<data>].json; each holds its input, too:
#   proportion        prop.test(correct = FALSE) of one share; Newcombe's ends of two from those
#   expected_<data>   psych::winsor and the formula of tau^2; where all errors are the same,
#                     metafor::rma(method = "DL")
#   contrast          t.test of two groups; the formula written out for more
#   index             scale(), weighted.mean, cor(method = "spearman"), friedman.test
#   association       cor.test; Bonett and Wright's ends written out; exact p of few pairs
suppressPackageStartupMessages({library(psych); library(metafor); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("scorecards", showWarnings = FALSE)

save_json <- function(x, name)
  write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null", dataframe = "columns"),
        file.path("scorecards", paste0(name, ".json")))

# ---- shares ---------------------------------------------------------------------------------------
wilson <- function(x, n, level) as.numeric(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int)
one <- expand.grid(x = c(0, 1, 7, 29, 30), n = c(30, 250), level = c(.9, .95))
ends <- mapply(wilson, one$x, one$n, one$level)
one$lower <- ends[1, ]; one$upper <- ends[2, ]
two <- data.frame(xa = c(56, 9, 10, 5, 0, 10), na = c(70, 10, 10, 56, 10, 10),
                  xb = c(48, 3, 0, 0, 0, 0), nb = c(80, 10, 20, 29, 20, 10))  # Newcombe's own examples
newcombe <- function(xa, na, xb, nb) {
  a <- xa / na; b <- xb / nb; wa <- wilson(xa, na, .95); wb <- wilson(xb, nb, .95)
  p <- suppressWarnings(prop.test(c(xa, xb), c(na, nb), correct = FALSE)$p.value)
  c(a - b, a - b - sqrt((a - wa[1])^2 + (wb[2] - b)^2), a - b + sqrt((wa[2] - a)^2 + (b - wb[1])^2), p)
}
found <- mapply(newcombe, two$xa, two$na, two$xb, two$nb)
two <- cbind(two, difference = found[1, ], lower = found[2, ], upper = found[3, ], p = found[4, ])
save_json(list(one = one, two = two), "proportion")

# ---- expected ranges ------------------------------------------------------------------------------
tau2_of <- function(y, se, trim) {
  z <- (y - mean(y)) / se
  if (trim > 0) z <- psych::winsor(z, trim = trim)
  w <- 1 / se^2
  max(0, (sum(z^2) - (length(y) - 1)) / (sum(w) - sum(w^2) / sum(w)))
}
golden_expected <- function(name, y, se, trim) {
  tau2 <- tau2_of(y, se, trim); reach <- qnorm(.975) * sqrt(se^2 + tau2)
  save_json(list(means = y, ses = se, winsorised = trim, centre = mean(y), tau2 = tau2,
                 lower = mean(y) - reach, upper = mean(y) + reach,
                 place = c("below", "within", "above")[2 + (y > mean(y) + reach) - (y < mean(y) - reach)]),
            paste0("expected_", name))
}
set.seed(20240701)
n <- sample(40:400, 25)
golden_expected("spread", 60 + c(rnorm(23, sd = 4), 19, -22), runif(25, 15, 25) / sqrt(n), .1)
golden_expected("alike", 60 + rnorm(12, sd = 1), rep(1.5, 12) * runif(12, .8, 1.2), .1)  # tau^2 = 0
even <- 50 + rnorm(15, sd = 5)
stopifnot(all.equal(tau2_of(even, rep(2, 15), 0), rma(even, rep(4, 15), method = "DL")$tau2))
golden_expected("even", even, rep(2, 15), 0)

# ---- contrasts ------------------------------------------------------------------------------------
hedges <- function(gap, inverse, s, n) {          # J exact; variance of Borenstein et al. 2009
  df <- sum(n) - length(n); J <- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
  d <- gap / sqrt(sum((n - 1) * s^2) / df)
  J * d + c(0, -1, 1) * qnorm(.975) * J * sqrt(inverse + d^2 / (2 * sum(n)))
}
against <- function(i, others, pool, m, s, n) {
  w <- c(1, rep(-1 / length(others), length(others))); j <- c(i, others)
  e <- w^2 * s[j]^2 / n[j]; gap <- sum(w * m[j]); se <- sqrt(sum(e)); df <- sum(e)^2 / sum(e^2 / (n[j] - 1))
  g <- hedges(gap, sum(w^2 / n[j]), s[pool], n[pool])
  list(mean = m[i], others = mean(m[others]), gap = gap, se = se, df = df, lower = gap - qt(.975, df) * se,
       upper = gap + qt(.975, df) * se, p = 2 * pt(-abs(gap) / se, df), g = g[1], g_lower = g[2], g_upper = g[3])
}
groups <- lapply(1:6, function(i) round(50 + 3 * i + rnorm(15 + 7 * i, sd = 8 + i), 2))
m <- sapply(groups, mean); s <- sapply(groups, sd); n <- sapply(groups, length)
two <- against(2, 5, c(2, 5), m, s, n); t <- t.test(groups[[2]], groups[[5]])
stopifnot(all.equal(two$p, t$p.value), all.equal(c(two$lower, two$upper), as.numeric(t$conf.int)),
          all.equal(two$df, t$parameter[[1]]))
save_json(list(groups = groups, two = two, three = against(1, c(4, 5, 6), c(1, 4, 5, 6), m, s, n),
               three_pooled = against(1, c(4, 5, 6), 1:6, m, s, n),
               rest = lapply(1:6, function(i) against(i, setdiff(1:6, i), 1:6, m, s, n))), "contrast")

# ---- formative index ------------------------------------------------------------------------------
x <- matrix(round(rexp(9 * 4) * rep(c(10, 500, 1, 60), each = 9), 3), 9)
x[2, 1] <- NA; x[5, 4] <- NA; x[7, c(1, 2)] <- NA
w <- c(3, 2, 4, 1) / 10
z <- scale(x); z[, 3] <- -z[, 3]                                   # the third: lower is better
known <- as.numeric((!is.na(z)) %*% w)
index <- sapply(1:9, function(i) if (known[i] >= .7) weighted.mean(z[i, ], w, na.rm = TRUE) else NA)
parts <- sweep(z, 2, w, `*`) / known
full <- scale(x[complete.cases(x), ]); full[, 3] <- -full[, 3]
profiles <- list(equal = rep(1, 4) / 4, standard = w, expert = c(1, 0, 0, 3) / 4)
scores <- sapply(profiles, function(w) as.numeric(full %*% w))
ranks <- apply(-scores, 2, rank)
friedman <- friedman.test(t(ranks))
save_json(list(values = x, weights = w, known_share = .7, z = z, known = known, index = index,
               contributions = parts, complete = which(complete.cases(x)) - 1, profiles = profiles,
               scores = t(scores), ranks = t(ranks), spearman = cor(scores, method = "spearman"),
               kendall_w = friedman$statistic[[1]] / (3 * (nrow(scores) - 1))), "index")

# ---- association ----------------------------------------------------------------------------------
golden_pair <- function(x, y) {
  pearson <- cor.test(x, y, conf.level = .9); keep <- complete.cases(x, y); n <- sum(keep)
  ties <- anyDuplicated(x[keep]) || anyDuplicated(y[keep])
  exact <- n < 10 && !ties
  rank <- cor.test(x, y, method = "spearman", exact = exact)
  r <- rank$estimate[[1]]; ends <- tanh(atanh(r) + c(-1, 1) * qnorm(.95) * sqrt((1 + r^2 / 2) / (n - 3)))
  list(x = x, y = y, n = n, exact = exact,
       pearson = list(r = pearson$estimate[[1]], lower = pearson$conf.int[1], upper = pearson$conf.int[2],
                      p = pearson$p.value),
       spearman = list(r = r, lower = ends[1], upper = ends[2], p = rank$p.value))
}
many <- round(rnorm(60), 1); few <- rnorm(8)
save_json(list(ties = golden_pair(many, round(many + rnorm(60, sd = 2), 1)),
               missing = golden_pair(c(NA, rnorm(20)), c(rnorm(20), NA)^3),
               few = golden_pair(few, few + rnorm(8))), "association")

kept <- if (file.exists("VERSIONS")) grep("^scorecards.R:", readLines("VERSIONS"), value = TRUE, invert = TRUE)
used <- sapply(c("psych", "metafor"), function(p) paste(p, packageVersion(p)))
writeLines(sort(c(kept, paste0("scorecards.R: R ", getRversion(), ", ", paste(used, collapse = ", ")))),
           "VERSIONS")
