# Goldens of polychoric correlations: Rscript polychoric.R, from this folder.
#
# Files, named by rule:
#   polychoric/answers_<data>.csv         simulated answers, empty for missing
#   polychoric/moments_<data>.json        lavCor thresholds and correlations; psych::polychoric
#   polychoric/gamma_<data>.csv           lavInspect(fit, "gamma"), of sets with few estimates
#   polychoric/gamma_sketch_<data>.csv    of the others: its diagonal, its products with cosines
#   polychoric/bivariate_normal.csv       probabilities by one-dimensional integrals
suppressPackageStartupMessages({library(lavaan); library(psych); library(jsonlite)})
options(digits = 17, warn = 1, mc.cores = 1)
dir.create("polychoric", showWarnings = FALSE)
save_json <- function(x, file) write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"), file)
save_table <- function(x, file) write.table(x, file, sep = ",", row.names = FALSE,
                                            col.names = FALSE, na = "")

# ---- data ----------------------------------------------------------------------------------
cut_at <- function(z, limits) findInterval(z, limits) + 1
one_factor <- function(n, loadings) {
  f <- rnorm(n)
  sapply(loadings, function(l) l * f + sqrt(1 - l^2) * rnorm(n))
}
named <- function(x) {
  x <- as.data.frame(x)
  names(x) <- sprintf("i%02d", seq_along(x))
  x
}

raw <- read.csv("../../survey_app/demo/tapwater_involvement.csv", na.strings = "NA")[-1, ]
tap <- raw[is.na(raw$term) & raw$suburb %in% 1:3, sprintf("p%02d", 1:10)]
tap <- as.data.frame(lapply(tap, as.numeric))
tap <- tap[complete.cases(tap), ]
turned <- c("p01", "p02", "p07", "p08", "p09", "p10")
tap[turned] <- 8 - tap[turned]

set.seed(11)  # two to seven categories, one answer in the middle given by nobody, skewed
z <- one_factor(300, c(.8, .7, .6, .5, -.6, .75))
mixed <- named(cbind(cut_at(z[, 1], .3), cut_at(z[, 2], c(-.5, 1.2)), cut_at(z[, 3], c(-1, 0, .8)),
                     cut_at(z[, 4], c(.5, 1, 1.4, 1.9)), cut_at(z[, 5], seq(-1.5, 1.5, .6)),
                     cut_at(z[, 6], seq(-1.6, 1.6, .64))))
mixed$i06[mixed$i06 == 4] <- 5

set.seed(12)  # two categories, rare answers: empty cells
z <- one_factor(120, c(.9, .9, .8, .6, .5))
binary <- named(cbind(z[, 1] > 1.4, z[, 2] > 1.2, z[, 3] > -1.3, z[, 4] > 0, z[, 5] > .4) + 0)

set.seed(13)
small <- named(apply(one_factor(60, c(.7, .6, .5, .4)), 2, cut_at, c(-1, 0, 1)))

set.seed(14)  # nearly the same items
f <- rnorm(1000)
near <- named(sapply(c(.05, .1, .2, .4), function(e) cut_at((f + e * rnorm(1000)) / sqrt(1 + e^2),
                                                            c(-1.2, -.4, .4, 1.2))))

set.seed(15)  # a fifth missing, differently by item
holes <- named(apply(one_factor(400, c(.8, .7, .6, .7, .5)), 2, cut_at, c(-1.2, -.3, .5, 1.3)))
for (j in 1:5) holes[runif(400) < .06 * j, j] <- NA

set.seed(16)
wide <- named(apply(one_factor(600, rep(c(.8, .6, .4, -.5), 10)), 2, cut_at, c(-1, -.3, .4, 1.1)))

sets <- list(tapwater = tap, mixed = mixed, binary = binary, small = small, near = near,
             holes = holes, wide = wide)

# ---- goldens ---------------------------------------------------------------------------------
moments <- function(x) {
  missing <- if (anyNA(x)) "pairwise" else "listwise"
  R <- suppressWarnings(lavCor(x, ordered = names(x), missing = missing, output = "cor"))
  th <- suppressWarnings(lavCor(x, ordered = names(x), missing = missing, output = "th"))
  p <- suppressWarnings(polychoric(x, smooth = FALSE, correct = 0, progress = FALSE))
  # Empty cells of 2x2 tables: psych has no correction that keeps the margins.
  both <- if (max(sapply(x, function(v) length(unique(v)))) > 2) unclass(unname(p$rho))
  list(items = names(x), n = nrow(x), thresholds = as.numeric(th), correlations = unclass(unname(R)),
       psych = both)
}

gamma_of <- function(x) {
  model <- paste("f =~", paste(names(x), collapse = " + "))
  missing <- if (anyNA(x)) "pairwise" else "listwise"
  fit <- suppressWarnings(cfa(model, x, ordered = names(x), missing = missing, do.fit = FALSE,
                              start = "simple"))
  unclass(unname(lavInspect(fit, "gamma")))
}

for (name in names(sets)) {
  x <- sets[[name]]
  if (name != "tapwater") write.csv(x, sprintf("polychoric/answers_%s.csv", name), row.names = FALSE,
                                    quote = FALSE, na = "")
  save_json(moments(x), sprintf("polychoric/moments_%s.json", name))
  G <- gamma_of(x)
  m <- nrow(G)
  if (m <= 45) save_table(signif(G, 12), sprintf("polychoric/gamma_%s.csv", name))
  else save_table(signif(cbind(diag(G), G %*% cos(outer(1:m, c(.5, 1.3, 2.9)))), 12),
                  sprintf("polychoric/gamma_sketch_%s.csv", name))
}

# ---- the bivariate normal distribution, by a one-dimensional integral --------------------------
at <- expand.grid(a = c(-2.5, -.7, 0, .3, 1.8), b = c(-1.9, 0, .3, 2.2),
                  rho = c(-.999, -.97, -.9, -.6, -.2, .01, .4, .74, .93, .96, .999))
cdf <- function(a, b, rho) {
  inner <- function(x) dnorm(x) * pnorm((b - rho * x) / sqrt(1 - rho^2))
  kink <- min(max(b / rho, -38), a)
  part <- function(from, to) if (to > from) integrate(inner, from, to, rel.tol = 1e-13,
                                                      abs.tol = 0, subdivisions = 2000)$value else 0
  edges <- sort(unique(pmin(c(-38, kink - 8 * sqrt(1 - rho^2), kink,
                              kink + 8 * sqrt(1 - rho^2), -8, -3, 0, a), a)))
  edges <- edges[edges >= -38]
  sum(mapply(function(from, to) tryCatch(part(from, to), error = function(e) 0),
             head(edges, -1), tail(edges, -1)))
}
at$probability <- mapply(cdf, at$a, at$b, at$rho)
write.csv(format(at, digits = 16), "polychoric/bivariate_normal.csv", quote = FALSE,
          row.names = FALSE)

others <- if (file.exists("VERSIONS")) grep("^polychoric.R:", readLines("VERSIONS"), value = TRUE,
                                            invert = TRUE)
writeLines(c(others, sprintf("polychoric.R: R %s, lavaan %s, psych %s", getRversion(),
                             packageVersion("lavaan"), packageVersion("psych"))), "VERSIONS")
