# Goldens of relative importance: Rscript relative_weights.R, from this folder. The package relaimpo
# is not needed.
#
# Files in relative_weights/, named by rule <what>_<data>:
#   answers_<data>.csv      input: simulated predictors x1 … and outcome y
#   importance_<data>.json  r, beta, VIF and R² by lm; LMG by lm of every subset, for few predictors
#                           by every order; Johnson's weights by eigen
#   draws_drivers.csv, boot_drivers.json   samples of boot::boot and both kinds of weights in them
suppressPackageStartupMessages({library(boot); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("relative_weights", showWarnings = FALSE)

save_json <- function(x, name)
  write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"),
        file.path("relative_weights", paste0(name, ".json")))
save_csv <- function(x, name)
  write.csv(format(x, digits = 17, trim = TRUE), file.path("relative_weights", paste0(name, ".csv")),
            quote = FALSE, row.names = FALSE)

set.seed(20240613)
simulate <- function(n, loadings, slopes, noise) {
  x <- rnorm(n) %o% loadings + matrix(rnorm(n * length(loadings)), n) %*% diag(sqrt(1 - loadings^2))
  d <- as.data.frame(x); names(d) <- paste0("x", seq_along(loadings))
  d$y <- as.numeric(x %*% slopes) + rnorm(n, sd = noise)
  d
}
drivers <- round(simulate(200, c(.8, .7, .6, .5, .4), c(.5, .3, .3, .1, 0), 1), 3)
drivers$x2[c(3, 50)] <- NA; drivers$y[120] <- NA                          # missing answers
near <- simulate(150, c(.995, .995, .4), c(1, -.8, .5), 1)                # nearly collinear, suppression
likert <- simulate(60, c(.7, .7, .6, .6, .5, .5, .4, .3), rep(.3, 8), 1.5) # few, on five points
likert[] <- lapply(likert, function(v) pmin(5, pmax(1, round(3 + v))))

r2 <- function(d, which) if (length(which)) summary(lm(reformulate(which, "y"), d))$r.squared else 0

lmg_orders <- function(d) {
  x <- setdiff(names(d), "y")
  orders <- function(v) if (length(v) < 2) list(v) else
    unlist(lapply(v, function(f) lapply(orders(setdiff(v, f)), function(rest) c(f, rest))), FALSE)
  gains <- sapply(orders(x), function(o)
    sapply(x, function(v) { k <- match(v, o); r2(d, o[seq_len(k)]) - r2(d, o[seq_len(k - 1)]) }))
  rowMeans(gains)
}
lmg_subsets <- function(d) {
  x <- setdiff(names(d), "y"); p <- length(x)
  sets <- lapply(0:(2^p - 1), function(s) x[bitwAnd(s, 2^(0:(p - 1))) > 0])
  fit <- sapply(sets, function(s) r2(d, s))
  sapply(seq_len(p), function(j) {
    without <- which(bitwAnd(0:(2^p - 1), 2^(j - 1)) == 0)
    k <- lengths(sets[without])
    sum((fit[without + 2^(j - 1)] - fit[without]) / (p * choose(p - 1, k)))
  })
}
johnson <- function(d) {
  x <- setdiff(names(d), "y"); R <- cor(d); e <- eigen(R[x, x])
  L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  as.numeric(L^2 %*% solve(L, R[x, "y"])^2)
}

for (name in c("drivers", "near", "likert")) {
  d <- get(name)
  save_csv(d, paste0("answers_", name))
  d <- na.omit(d); x <- setdiff(names(d), "y")
  whole <- summary(lm(y ~ ., d))
  lmg <- lmg_subsets(d)
  if (length(x) < 6) stopifnot(all.equal(lmg, as.numeric(lmg_orders(d))))
  stopifnot(all.equal(sum(lmg), whole$r.squared), all.equal(sum(johnson(d)), whole$r.squared))
  save_json(list(n = nrow(d), r2 = whole$r.squared, adjusted_r2 = whole$adj.r.squared,
                 r = as.numeric(cor(d[x], d$y)), beta = as.numeric(coef(lm(y ~ ., as.data.frame(scale(d))))[-1]),
                 vif = sapply(x, function(v) 1 / (1 - summary(lm(reformulate(setdiff(x, v), v), d))$r.squared),
                              USE.NAMES = FALSE),
                 lmg = lmg, johnson = johnson(d)), paste0("importance_", name))
}

d <- na.omit(drivers)
b <- boot(d, function(d, i) c(lmg_subsets(d[i, ]), johnson(d[i, ])), 40)
save_csv(as.data.frame(boot.array(b)), "draws_drivers")
save_json(list(lmg = b$t[, 1:5], johnson = b$t[, 6:10]), "boot_drivers")

kept <- if (file.exists("VERSIONS")) grep("^relative_weights.R:", readLines("VERSIONS"), value = TRUE, invert = TRUE)
writeLines(sort(c(kept, paste0("relative_weights.R: R ", getRversion(), ", boot ", packageVersion("boot")))),
           "VERSIONS")
