# Goldens of alignment: Rscript alignment.R, from this folder.
#
# Files, named by rule:
#   alignment/answers_<data>.csv    simulated answers
#   alignment/aligned_<data>.json   configural estimates of every group by lavaan, and for "fixed"
#                                   and "free" the least simplicity function with the factors' means
#                                   and variances, aligned parameters, R squared
#
# The simplicity function of Asparouhov & Muthen 2014 is written out here and minimised by optim
# (BFGS, numerical gradient, many starts), then by nlm and Newton steps with a numerical Hessian.
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("alignment", showWarnings = FALSE)
save_json <- function(x, name) {
  writeLines(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"),
             file.path("alignment", paste0(name, ".json")), useBytes = TRUE)
}

simulate <- function(seed, sizes, of, odd_intercepts, odd_loadings, categories = NULL) {
  set.seed(seed)
  p <- length(of); k <- max(of); G <- length(sizes)
  load <- runif(p, .7, 1.1); cut <- runif(p, -.3, .3)
  Phi <- matrix(.5, k, k) + diag(.5, k)
  do.call(rbind, lapply(seq_len(G), function(g) {
    eta <- matrix(rnorm(sizes[g] * k), sizes[g]) %*% chol(Phi) * exp(rnorm(1, 0, .15))
    eta <- sweep(eta, 2, rnorm(k, 0, .4), "+")
    own_load <- load; own_cut <- cut
    own_cut[odd_intercepts(g)] <- own_cut[odd_intercepts(g)] + .7
    own_load[odd_loadings(g)] <- own_load[odd_loadings(g)] - .4
    y <- sapply(seq_len(p), function(j) own_cut[j] + own_load[j] * eta[, of[j]] + .6 * rnorm(sizes[g]))
    colnames(y) <- sprintf("x%d", seq_len(p))
    y <- if (is.null(categories)) round(y, 3) else array(findInterval(y, categories), dim(y), dimnames(y))
    data.frame(y, g = sprintf("b%02d", g))
  }))
}
none <- function(g) integer(0)
sets <- list(
  few = simulate(61, c(240, 200, 180, 220), c(1, 1, 1, 1, 2, 2, 2, 2),
                 function(g) c(2, 0, 7, 0)[g], function(g) c(0, 0, 0, 3)[g]),
  brands = simulate(62, rep(c(150, 180), 6), c(1, 1, 1, 1, 1),
                    function(g) if (g %in% c(3, 8)) 4 else if (g == 11) 1 else 0,
                    function(g) if (g == 5) 2 else 0, c(-1.2, -.6, 0, .6, 1.2)),
  pair = simulate(63, c(400, 350), c(1, 1, 1, 1), function(g) c(0, 3)[g], none))
models <- list(few = "f =~ x1 + x2 + x3 + x4\nh =~ x5 + x6 + x7 + x8",
               brands = "f =~ x1 + x2 + x3 + x4 + x5", pair = "f =~ x1 + x2 + x3 + x4")

component <- function(x, eps) sqrt(sqrt(x^2 + eps))
simplicity <- function(alpha, psi, load, cut, n, eps) {
  a <- sweep(load, 2, sqrt(psi), "/")
  b <- cut - sweep(a, 2, alpha, "*")
  total <- 0
  for (g in 1:(length(n) - 1)) for (h in (g + 1):length(n))
    total <- total + sqrt(n[g] * n[h]) * sum(component(a[, g] - a[, h], eps) +
                                               component(b[, g] - b[, h], eps))
  total
}
align <- function(load, cut, n, method, eps = .01) {
  G <- length(n)
  open <- function(x) {
    means <- if (method == "fixed") c(0, x[seq_len(G - 1)]) else x[seq_len(G)]
    s <- x[-seq_len(length(means) - (method == "fixed"))]
    list(alpha = means, psi = exp(2 * c(s, -sum(s))))
  }
  scale <- sum(sqrt(outer(n, n))) - sum(n)
  F <- function(x) { o <- open(x); simplicity(o$alpha, o$psi, load, cut, n, eps) / scale * 2 }
  q <- 2 * G - 1 - (method == "fixed")
  set.seed(1)
  best <- NULL
  for (k in 1:12) {
    try <- optim(if (k == 1) rep(0, q) else rnorm(q, 0, .3), F, method = "BFGS",
                 control = list(maxit = 2000, reltol = 1e-12))
    if (is.null(best) || try$value < best$value - 1e-10) best <- try
  }
  x <- nlm(F, best$par, gradtol = 1e-10, steptol = 1e-12, iterlim = 1000)$estimate
  slope <- function(x, h = 1e-5) vapply(seq_along(x), function(i) {
    e <- replace(numeric(length(x)), i, h)
    (8 * (F(x + e) - F(x - e)) - (F(x + 2 * e) - F(x - 2 * e))) / (12 * h)
  }, 0)
  for (k in 1:4) {
    H <- vapply(seq_along(x), function(i) {
      e <- replace(numeric(length(x)), i, 1e-4)
      (slope(x + e) - slope(x - e)) / 2e-4
    }, numeric(length(x)))
    x <- x - solve((H + t(H)) / 2, slope(x))
  }
  o <- open(x)
  a <- sweep(load, 2, sqrt(o$psi), "/")
  b <- cut - sweep(a, 2, o$alpha, "*")
  unit <- sqrt(o$psi[1])
  variance <- function(m) apply(m, 1, function(v) mean((v - mean(v))^2))
  list(loss = F(x) / 2, steepest = max(abs(slope(x))),
       mean = o$alpha / unit, variance = o$psi / o$psi[1], loadings = a * unit, intercepts = b,
       r2_loadings = 1 - variance(load - outer(rowMeans(a), sqrt(o$psi))) / variance(load),
       r2_intercepts = 1 - variance(cut - rowMeans(b) - outer(rowMeans(a), o$alpha)) / variance(cut))
}

for (name in names(sets)) {
  data <- sets[[name]]
  write.csv(data, sprintf("alignment/answers_%s.csv", name), row.names = FALSE, quote = FALSE)
  groups <- unique(data$g)
  fits <- lapply(groups, function(g) {
    first <- cfa(models[[name]], data[data$g == g, ], std.lv = TRUE, meanstructure = TRUE)
    cfa(models[[name]], data[data$g == g, ], std.lv = TRUE, meanstructure = TRUE, start = first,
        control = list(rel.tol = 1e-14), optim.force.converged = TRUE)
  })
  n <- as.numeric(table(factor(data$g, groups)))
  factors <- lavNames(fits[[1]], "lv")
  found <- lapply(factors, function(f) {
    items <- names(which(lavInspect(fits[[1]], "est")$lambda[, f] != 0))
    load <- sapply(fits, function(fit) lavInspect(fit, "est")$lambda[items, f])
    load <- sweep(load, 2, sign(colSums(load)), "*")
    cut <- sapply(fits, function(fit) lavInspect(fit, "est")$nu[items, 1])
    list(loadings = load, intercepts = cut, fixed = align(load, cut, n, "fixed"),
         free = if (name != "pair") align(load, cut, n, "free"))
  })
  save_json(setNames(found, factors), paste0("aligned_", name))
}
