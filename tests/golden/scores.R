# Goldens of the score side: Rscript scores.R, from this folder.
#
# Files in scores/, named by rule <statistic>_<data>[_<scale>]:
#   answers_<data>.csv        input: group and answers as given, NA for missing (psych::bfi's first
#                             500 rows, datasets::attitude; tapwater is read where it lies)
#   scores_<data>.csv         POMP scores, at least 80 % answered
#   describe_<data>.csv       psych::describe of the answers after reversal
#   distance_<data>.csv       stats::mahalanobis of complete answers; longest run of equal answers
#   alpha_<data>_<scale>.json    psych::alpha with its Feldt interval, r.drop, alpha.drop
#   omega_<data>_<scale>.json    semTools::compRelSEM of lavaan::cfa, error by lavaan's delta method
#   compare_<data>_<scale>.json  t.test, aov, oneway.test, ptukey; formulas written out for the rest
#   adjust.json               p.adjust
#   range.csv                 ptukey
suppressPackageStartupMessages({library(psych); library(lavaan); library(semTools); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("scores", showWarnings = FALSE)

save_json <- function(x, name)
  write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null", dataframe = "columns"),
        file.path("scores", paste0(name, ".json")))
save_csv <- function(x, name)
  write.csv(format(x, digits = 17, trim = TRUE), file.path("scores", paste0(name, ".csv")),
            quote = FALSE, row.names = FALSE)

# ---- data ------------------------------------------------------------------------------------
raw <- read.csv("../../survey_app/demo/tapwater_involvement.csv", na.strings = "NA")[-1, ]
pii <- sprintf("p%02d", 1:10)
ran <- is.na(raw$term) & raw$suburb %in% 1:3
water <- as.data.frame(lapply(raw[ran, c("suburb", pii)], as.numeric))
water <- water[complete.cases(water), ]
names(water)[1] <- "group"
five <- bfi[1:500, c("education", paste0("A", 1:5), paste0("N", 1:5))]
names(five)[1] <- "group"

sets <- list(
  tapwater = list(raw = water, low = 1, high = 7, turned = c("p01", "p02", "p07", "p08", "p09", "p10"),
                  scales = list(cognitive = pii[1:5], affective = pii[6:10])),
  bfi = list(raw = five, low = 1, high = 6, turned = "A1",
             scales = list(agree = paste0("A", 1:5), neuro = paste0("N", 1:5))),
  attitude = list(raw = cbind(group = NA, attitude), low = 0, high = 100, turned = character(),
                  scales = list(all = names(attitude)))
)
stopifnot(nrow(water) == 439)

# ---- reliability -------------------------------------------------------------------------------
golden_alpha <- function(x) {
  x <- na.omit(x)
  a <- psych::alpha(x, check.keys = FALSE, warnings = FALSE)
  list(n = nrow(x), alpha = a$total$raw_alpha, standardised = a$total$std.alpha,
       average_r = a$total$average_r,
       lower = as.numeric(a$feldt$lower.ci), upper = as.numeric(a$feldt$upper.ci),
       r_drop = a$item.stats$r.drop, alpha_if_dropped = a$alpha.drop$raw_alpha)
}

golden_omega <- function(x) {
  x <- na.omit(x)
  p <- ncol(x)
  l <- paste0("l", 1:p); v <- paste0("v", 1:p)
  model <- c(paste("f =~", paste(l, names(x), sep = "*", collapse = " + ")),
             paste(names(x), "~~", v, "*", names(x)),
             sprintf("w := (%s)^2 / ((%s)^2 + %s)", paste(l, collapse = "+"),
                     paste(l, collapse = "+"), paste(v, collapse = "+")))
  fit <- cfa(paste(model, collapse = "\n"), x, std.lv = TRUE,
             optim.method = "GN", optim.gn.tol.x = 1e-13, optim.gn.iter.max = 5000)
  stopifnot(lavInspect(fit, "converged"))
  e <- parameterEstimates(fit)
  w <- as.numeric(compRelSEM(fit, obs.var = FALSE))
  se <- e$se[e$op == ":="]
  reach <- qnorm(.975) * se / (w * (1 - w))
  list(n = nrow(x), omega = w, se = se, lower = plogis(qlogis(w) - reach),
       upper = plogis(qlogis(w) + reach), loadings = abs(e$est[e$op == "=~"]),
       uniquenesses = e$est[e$op == "~~" & e$lhs != "f"])
}

# ---- comparison ---------------------------------------------------------------------------------
hedges <- function(w, m, s, n, level) {  # J exact; variance of Borenstein et al. 2009, k groups
  df <- sum(n) - length(n)
  J <- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
  d <- sum(w * m) / sqrt(sum((n - 1) * s^2) / df)
  se <- J * sqrt(sum(w^2 / n) + d^2 / (2 * sum(n)))
  J * d + c(0, -1, 1) * qnorm((1 + level) / 2) * se
}

games_howell <- function(i, j, m, s, n, k) {
  e <- s^2 / n
  se <- sqrt(e[i] + e[j])
  df <- se^4 / (e[i]^2 / (n[i] - 1) + e[j]^2 / (n[j] - 1))
  d <- m[i] - m[j]
  q <- uniroot(function(q) ptukey(q, k, df) - .95, c(1, 20), tol = 1e-13)$root  # qtukey stops at 1e-4
  g <- hedges(c(1, -1), m[c(i, j)], s[c(i, j)], n[c(i, j)], .95)
  data.frame(difference = d, se = se, df = df, lower = d - q * se / sqrt(2),
             upper = d + q * se / sqrt(2),
             p = ptukey(abs(d) / se * sqrt(2), k, df, lower.tail = FALSE),
             g = g[1], g_lower = g[2], g_upper = g[3])
}

against_others <- function(i, m, s, n) {
  k <- length(m)
  w <- ifelse(seq_len(k) == i, 1, -1 / (k - 1))
  e <- w^2 * s^2 / n
  gap <- sum(w * m); se <- sqrt(sum(e)); df <- sum(e)^2 / sum(e^2 / (n - 1))
  g <- hedges(w, m, s, n, .95)
  data.frame(mean = m[i], others = mean(m[-i]), gap = gap, se = se, df = df,
             lower = gap - qt(.975, df) * se, upper = gap + qt(.975, df) * se,
             p = 2 * pt(-abs(gap) / se, df), g = g[1], g_lower = g[2], g_upper = g[3])
}

golden_compare <- function(y, group) {
  known <- !is.na(y) & !is.na(group)
  y <- y[known]; f <- factor(group[known])
  m <- tapply(y, f, mean); s <- tapply(y, f, sd); n <- tapply(y, f, length); k <- nlevels(f)
  ci <- sapply(split(y, f), function(v) t.test(v)$conf.int)
  a <- anova(lm(y ~ f))
  size <- (sum(n) - sum(n^2) / sum(n)) / (k - 1)
  icc <- (a[1, 3] - a[2, 3]) / (a[1, 3] + (size - 1) * a[2, 3])
  w <- oneway.test(y ~ f)
  m <- as.numeric(m); s <- as.numeric(s); n <- as.numeric(n)
  pairs <- combn(k, 2)
  list(groups = levels(f),
       means = list(n = n, mean = m, sd = s, se = s / sqrt(n), lower = ci[1, ], upper = ci[2, ],
                    reliability = n * icc / (1 + (n - 1) * icc)),
       icc1 = icc, n_for_70 = ceiling(.7 * (1 - icc) / (.3 * icc)),
       welch = list(statistic = w$statistic[[1]], df_within = w$parameter[[2]], p = w$p.value),
       pairs = do.call(rbind, apply(pairs, 2, function(p) games_howell(p[1], p[2], m, s, n, k))),
       contrasts = do.call(rbind, lapply(1:k, against_others, m = m, s = s, n = n)))
}

# ---- everything -----------------------------------------------------------------------------------
for (name in names(sets)) {
  set <- sets[[name]]
  keyed <- set$raw[-1]
  keyed[set$turned] <- set$low + set$high - keyed[set$turned]
  if (name != "tapwater") save_csv(set$raw, paste0("answers_", name))
  d <- as.data.frame(psych::describe(keyed, type = 3))
  save_csv(data.frame(item = rownames(d), n = d$n, mean = d$mean, sd = d$sd, se = d$se,
                      skew = d$skew, kurtosis = d$kurtosis), paste0("describe_", name))
  complete <- keyed[complete.cases(keyed), ]
  as_given <- set$raw[complete.cases(keyed), -1]
  save_csv(data.frame(distance = mahalanobis(complete, colMeans(complete), cov(complete)),
                      longest = apply(as_given, 1, function(v) max(rle(as.numeric(v))$lengths))),
           paste0("distance_", name))
  pomp <- sapply(set$scales, function(items) {
    x <- keyed[items]
    enough <- rowMeans(!is.na(x)) >= .8
    ifelse(enough, 100 * (rowMeans(x, na.rm = TRUE) - set$low) / (set$high - set$low), NA)
  })
  save_csv(as.data.frame(pomp), paste0("scores_", name))
  for (scale in names(set$scales)) {
    x <- keyed[set$scales[[scale]]]
    save_json(golden_alpha(x), paste("alpha", name, scale, sep = "_"))
    save_json(golden_omega(x), paste("omega", name, scale, sep = "_"))
    if (!all(is.na(set$raw$group)))
      save_json(golden_compare(pomp[, scale], set$raw$group), paste("compare", name, scale, sep = "_"))
  }
}

p <- c(.001, .04, .03, .2, .2, .9, .0004, 1)
save_json(list(p = p, BH = p.adjust(p, "BH"), holm = p.adjust(p, "holm")), "adjust")
grid <- expand.grid(q = c(.5, 2, 3.5, 6), groups = c(2, 3, 10, 40), df = c(4, 20, 150, 3000))
grid$p <- ptukey(grid$q, grid$groups, grid$df, lower.tail = FALSE)
save_csv(grid, "range")

kept <- if (file.exists("VERSIONS")) grep("^scores.R:", readLines("VERSIONS"), value = TRUE, invert = TRUE)
used <- sapply(c("psych", "lavaan", "semTools"), function(p) paste(p, packageVersion(p)))
writeLines(sort(c(kept, paste0("scores.R: R ", getRversion(), ", ", paste(used, collapse = ", ")))),
           "VERSIONS")
