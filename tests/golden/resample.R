# Goldens of the bootstrap: Rscript resample.R, from this folder.
#
# Files in resample/, named by rule <what>_<data>:
#   answers_<data>.csv   input: simulated answers, with cluster or stratum where there are any
#   draws_<data>.csv     how often each interview is in each sample (a row a sample)
#   boot_<data>.json     t0 and t of boot::boot, jackknife influence, ends of boot::boot.ci
#   *_brands.*           ratings of brands; ranks of their means in each sample, and their quantiles
suppressPackageStartupMessages({library(boot); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("resample", showWarnings = FALSE)

save_json <- function(x, name)
  write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"),
        file.path("resample", paste0(name, ".json")))
save_csv <- function(x, name)
  write.csv(format(x, digits = 17, trim = TRUE), file.path("resample", paste0(name, ".csv")),
            quote = FALSE, row.names = FALSE)

set.seed(20240611)
skewed <- data.frame(x = rexp(37))                                # few and skewed
skewed$y <- 2 * skewed$x + rlnorm(37)
ordinal <- as.data.frame(matrix(pmin(5, pmax(1, round(3 + rnorm(60) + matrix(rnorm(180), 60)))), 60))
names(ordinal) <- c("x", "y", "z")
strata <- data.frame(stratum = rep(1:3, c(10, 25, 15)), x = rexp(50) * rep(c(1, 3, 9), c(10, 25, 15)))
strata$y <- strata$x + rnorm(50, sd = 3)
clusters <- data.frame(cluster = rep(1:20, times = rep(c(1, 2, 3, 4), 5)))
clusters$x <- rnorm(20)[clusters$cluster] + rexp(nrow(clusters))
clusters$y <- clusters$x + rnorm(nrow(clusters))

statistic <- function(d) c(correlation = cor(d$x, d$y), spread = sd(d$x), ratio = mean(d$y) / mean(d$x))

# boot.ci counts replicates below the estimate; here those equal to it count half, as in mid-p values.
# Where none is equal, both are the same, and boot.ci's is what is kept.
bca <- function(t, t0, L, conf, ci) {
  tied <- abs(t - t0) < 1e-12 * abs(t0)
  if (!any(tied)) return(ci)
  w <- qnorm(mean(t < t0 & !tied) + mean(tied) / 2)
  a <- sum(L^3) / (6 * sum(L^2)^1.5)
  z <- qnorm((1 + c(-conf, conf)) / 2)
  boot:::norm.inter(t, pnorm(w + (w + z) / (1 - a * (w + z))))[, 2]
}

golden <- function(name, d, R, stratum = rep(1, length(groups)), groups = as.list(seq_len(nrow(d)))) {
  of <- function(g, i) statistic(d[unlist(groups[i]), ])
  b <- boot(groups, of, R, strata = stratum)
  m <- table(stratum)[as.character(stratum)]
  one <- function(index) {
    L <- empinf(b, index = index, type = "jack")
    L <- as.numeric((L - ave(L, stratum)) / m)       # Davison & Hinkley's weights of the strata
    ends <- lapply(c(.95, .8), function(conf) {
      ci <- boot.ci(b, conf, type = c("norm", "basic", "perc", "bca"), index = index, L = L)
      list(level = conf, normal = ci$normal[2:3], basic = ci$basic[4:5],
           percentile = ci$percent[4:5],
           bca = bca(b$t[, index], b$t0[index], L, conf, ci$bca[4:5]))
    })
    list(t0 = b$t0[[index]], t = b$t[, index], influence = L, se = sd(b$t[, index]),
         bias = mean(b$t[, index]) - b$t0[[index]], intervals = ends)
  }
  times <- t(apply(boot.array(b), 1, function(f) {
    n <- integer(nrow(d)); for (g in seq_along(groups)) n[groups[[g]]] <- f[g]; n }))
  save_csv(d, paste0("answers_", name))
  save_csv(as.data.frame(times), paste0("draws_", name))
  save_json(list(names = names(b$t0), values = lapply(seq_along(b$t0), one)), paste0("boot_", name))
}

golden("skewed", skewed, 999)
golden("ordinal", ordinal, 500)                        # (R + 1)·alpha between two replicates
golden("strata", strata, 399, stratum = strata$stratum)
golden("clusters", clusters, 399, groups = split(seq_len(nrow(clusters)), clusters$cluster))

# ---- places of brands, ties and a small brand among them ------------------------------------------
set.seed(20240615)
brands <- data.frame(brand = rep(LETTERS[1:5], c(30, 25, 25, 40, 8)))
brands$y <- pmin(7, pmax(1, round(4 + c(1, .9, 0, -.3, -.2)[match(brands$brand, LETTERS)] + rnorm(128, sd = 1.3))))
b <- boot(brands, function(d, i) tapply(d$y[i], d$brand[i], mean), 400, strata = factor(brands$brand))
best <- t(apply(b$t, 1, function(m) rank(-m, ties.method = "min")))
worst <- t(apply(b$t, 1, function(m) rank(-m, ties.method = "max")))
save_csv(brands, "answers_brands")
save_csv(as.data.frame(boot.array(b)), "draws_brands")
save_json(list(mean = as.numeric(b$t0), rank = rank(-b$t0, ties.method = "min"),
               lower = apply(best, 2, quantile, .025, type = 1),
               upper = apply(worst, 2, quantile, .975, type = 1), first = colMeans(best == 1)),
          "ranks_brands")

kept <- if (file.exists("VERSIONS")) grep("^resample.R:", readLines("VERSIONS"), value = TRUE, invert = TRUE)
writeLines(sort(c(kept, paste0("resample.R: R ", getRversion(), ", boot ", packageVersion("boot")))),
           "VERSIONS")
