# Goldens of weighting: Rscript weights.R, from this folder. The package survey is not needed.
#
# Files in weights/, named by rule <what>_<data>:
#   answers_<data>.csv   input: simulated interviews, with base weights, clusters and strata
#   rake_<data>.json     raked weights: stats::loglin's iterative proportional fitting of the table;
#                        trimmed ones by cutting and fitting again
#   mean_<data>.json     weighted mean: lm and sandwich::vcovCL, jackknife of clusters; with strata
#                        the formula of survey::svymean written out
suppressPackageStartupMessages({library(sandwich); library(boot); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("weights", showWarnings = FALSE)

save_json <- function(x, name)
  write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"),
        file.path("weights", paste0(name, ".json")))
save_csv <- function(x, name)
  write.csv(format(x, digits = 17, trim = TRUE), file.path("weights", paste0(name, ".csv")),
            quote = FALSE, row.names = FALSE)

set.seed(20240612)
draw <- function(n, p) factor(sample(names(p), n, TRUE, p), names(p))
panel <- data.frame(age = draw(300, c(young = .5, middle = .35, old = .15)),
                    sex = draw(300, c(f = .65, m = .35)),
                    region = draw(300, c(a = .1, b = .2, c = .3, d = .4)))
panel$cluster <- rep(1:60, each = 5)
panel$base <- 1
panel$y <- 50 + 10 * (panel$age == "old") - 5 * (panel$sex == "m") + rnorm(60, sd = 4)[panel$cluster] +
  rnorm(300, sd = 12)
few <- data.frame(age = draw(70, c(young = .6, old = .4)), sex = draw(70, c(f = .8, m = .2)))
few$cluster <- 1:70
few$base <- rep(c(.5, 1, 2, 3.25), length.out = 70)          # design weights to start from
few$y <- rexp(70) * ifelse(few$sex == "m", 3, 1)

targets <- list(
  panel = list(age = c(young = .3, middle = .3, old = .4), sex = c(f = .51, m = .49),
               region = c(a = .25, b = .25, c = .25, d = .25)),
  few = list(age = c(young = .35, old = .65), sex = c(f = .45, m = .55)))

fit_table <- function(d, w, target) {
  start <- xtabs(w ~ ., cbind(w = w, d[names(target)]))
  goal <- Reduce(outer, lapply(names(dimnames(start)), function(m) target[[m]][dimnames(start)[[m]]]))
  dim(goal) <- dim(start); dimnames(goal) <- dimnames(start)
  fitted <- loglin(goal, as.list(seq_along(dim(goal))), start = start, fit = TRUE,
                   eps = 1e-14, iter = 10000, print = FALSE)$fit
  cell <- as.matrix(sapply(d[names(dimnames(start))], as.character))
  w <- w * fitted[cell] / start[cell]
  w / mean(w)
}

trimmed <- function(d, target, cap) {
  w <- fit_table(d, d$base, target)
  for (round in 1:5000) {
    if (max(w) <= cap * (1 + 1e-12)) break
    w <- fit_table(d, pmin(w, cap), target)
  }
  w
}

formula_se <- function(y, w, cluster, stratum) {              # survey::svymean's, written out
  z <- rowsum(w * (y - weighted.mean(y, w)) / sum(w), cluster)[, 1]
  h <- stratum[match(names(z), cluster)]
  sqrt(sum(tapply(z, h, function(v) length(v) / (length(v) - 1) * sum((v - mean(v))^2))))
}

for (name in names(targets)) {
  d <- get(name); target <- targets[[name]]
  w <- fit_table(d, d$base, target)
  cap <- c(panel = 4, few = 3)[[name]]
  d$stratum <- rep(1:5, each = nrow(d) / 5)
  save_csv(d, paste0("answers_", name))
  save_json(list(target = lapply(target, as.list), weights = w, n_eff = sum(w)^2 / sum(w^2), cap = cap,
                 trimmed = trimmed(d, target, cap)), paste0("rake_", name))
  line <- lm(y ~ 1, d, weights = w)
  clusters <- length(unique(d$cluster))
  se <- sqrt(vcovCL(line, d$cluster, type = "HC0", cadjust = TRUE)[1, 1])
  single <- sqrt(vcovHC(line, type = "HC0")[1, 1] * nrow(d) / (nrow(d) - 1))
  flat <- lm(y ~ 1, d)
  reach <- qt(.975, clusters - 1) * se
  stopifnot(all.equal(se, formula_se(d$y, w, d$cluster, rep(1, nrow(d)))))
  save_json(list(mean = coef(line)[[1]], se_single = single, se_cluster = se,
                 lower = coef(line)[[1]] - reach, upper = coef(line)[[1]] + reach, df = clusters - 1,
                 se_strata = formula_se(d$y, w, d$cluster, d$stratum), df_strata = clusters - 5,
                 unweighted_mean = mean(d$y),
                 unweighted_se = sqrt(vcovCL(flat, d$cluster, type = "HC0", cadjust = TRUE)[1, 1])),
            paste0("mean_", name))
}

# ---- raking anew in every sample ---------------------------------------------------------------
raked <- function(d) weighted.mean(d$y, fit_table(d, d$base, targets$few))
b <- boot(few, function(d, i) if (nlevels(droplevels(d[i, "sex"])) < 2) NA else raked(d[i, ]), 199)
save_csv(as.data.frame(boot.array(b)), "draws_few")
save_json(list(t0 = b$t0, t = b$t[, 1]), "boot_few")

kept <- if (file.exists("VERSIONS")) grep("^weights.R:", readLines("VERSIONS"), value = TRUE, invert = TRUE)
used <- sapply(c("sandwich", "boot"), function(p) paste(p, packageVersion(p)))
writeLines(sort(c(kept, paste0("weights.R: R ", getRversion(), ", ", paste(used, collapse = ", ")))),
           "VERSIONS")
