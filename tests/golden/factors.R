# Goldens of rotations, extraction, scores, hierarchical omega and numbers of factors:
# Rscript factors.R, from this folder.
#
# Files, named by rule:
#   factors/answers_<data>.csv            simulated answers; tap water comes from survey_app/demo
#   factors/solution_<data>.json          minres, pa, principal, all at their end
#   factors/rotations_<data>.json         GPArotation, best of 21 starts, tight
#   factors/scores_<data>.json            psych::factor.scores of a minres oblimin solution
#   factors/omega_<data>.json             psych's omegah and schmid, their fa and oblimin made tight
#   factors/number_<data>.json            empirical Kaiser criterion and Hull from their formulas
#   factors/congruence.json               psych::fa.congruence
#   factors/common_method.json            Harman's share and the correlation-marker method
suppressPackageStartupMessages({library(psych); library(GPArotation); library(jsonlite); library(lavaan)})
options(digits = 17, warn = 1, mc.cores = 1)
dir.create("factors", showWarnings = FALSE)
save_json <- function(x, name) write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"),
                                     sprintf("factors/%s.json", name))

# ---- data ----------------------------------------------------------------------------------
cut_at <- function(z, at) apply(z, 2, function(v) findInterval(v, at)) + 1
items <- function(n, pattern, phi, at, general = 0) {
  k <- ncol(pattern)
  common <- matrix(rnorm(n * k), n) %*% chol(phi) %*% t(pattern) + general * rnorm(n)
  unique <- sqrt(pmax(1 - rowSums((pattern %*% phi) * pattern) - general^2, .1))
  out <- cut_at(common + t(t(matrix(rnorm(n * nrow(pattern)), n)) * unique), at)
  colnames(out) <- sprintf("i%02d", seq_len(nrow(pattern)))
  out
}
blocks <- function(k, each, from, to) {
  out <- matrix(0, k * each, k)
  for (f in seq_len(k)) out[(f - 1) * each + seq_len(each), f] <- seq(from, to, length.out = each)
  out
}
related <- function(k, r) matrix(r, k, k) + diag(1 - r, k)
seven <- c(-2, -1.2, -.5, .2, .9, 1.7)

raw <- read.csv("../../survey_app/demo/tapwater_involvement.csv", na.strings = "NA")[-1, ]
tapwater <- raw[is.na(raw$term) & raw$suburb %in% 1:3, sprintf("p%02d", 1:10)]
tapwater <- as.matrix(as.data.frame(lapply(tapwater, as.numeric)))
turned <- c("p01", "p02", "p07", "p08", "p09", "p10")
tapwater[, turned] <- 8 - tapwater[, turned]

set.seed(31)  # a general factor and three groups; one item keyed the other way
general <- items(600, blocks(3, 4, .3, .55), related(3, 0), seven, general = .55)
general[, "i03"] <- 8 - general[, "i03"]
set.seed(32)  # forty items, four-point scale
wide <- items(300, blocks(5, 8, .35, .8), related(5, .3), c(-1, 0, 1))
set.seed(33)  # few interviews
short <- items(80, blocks(3, 3, .6, .8), related(3, .25), seven)
set.seed(34)  # two items nearly the same
near <- items(400, blocks(2, 4, .5, .8), related(2, .4), seven)
same <- sample(400, 388)
near[same, "i08"] <- near[same, "i07"]
set.seed(35)  # answers missing
holes <- items(500, blocks(3, 4, .45, .8), related(3, .35), seven)
holes[sample(length(holes), 240)] <- NA
sets <- list(tapwater = list(x = tapwater, factors = 2), general = list(x = general, factors = 3),
             wide = list(x = wide, factors = 5), short = list(x = short, factors = 3),
             near = list(x = near, factors = 2), holes = list(x = holes, factors = 3))
for (name in setdiff(names(sets), "tapwater")) {
  write.csv(sets[[name]]$x, sprintf("factors/answers_%s.csv", name), row.names = FALSE, quote = FALSE)
}

# ---- extraction, at its end --------------------------------------------------------------------
upright <- function(L) L %*% diag(ifelse(colSums(L) < 0, -1, 1), ncol(L))
minres <- function(R, k) {
  rest <- -seq_len(k)
  loss <- function(psi) sum(eigen(R - diag(psi), TRUE, only.values = TRUE)$values[rest]^2) / 2
  slope <- function(psi) {
    e <- eigen(R - diag(psi), TRUE)
    drop(-e$vectors[, rest]^2 %*% e$values[rest])
  }
  down <- function(psi) nlminb(psi, loss, slope, lower = .005, upper = 1, control = list(
    rel.tol = 1e-15, x.tol = 1e-14, iter.max = 5000, eval.max = 10000))
  set.seed(2)  # too many factors have several minima
  starts <- c(list(1 - smc(R)), replicate(20, runif(nrow(R), .05, 1), simplify = FALSE))
  ends <- lapply(starts, down)
  psi <- ends[[which.min(vapply(ends, function(end) end$objective, 0))]]$par
  for (i in 1:5) psi <- down(psi)$par
  e <- eigen(R - diag(psi), TRUE)
  L <- e$vectors[, 1:k, drop = FALSE] %*% diag(sqrt(pmax(e$values[1:k], 0)), k)
  dimnames(L) <- list(rownames(R), paste0("F", 1:k))
  L
}
statistics <- function(R, L, n) {
  s <- suppressWarnings(fa.stats(R, L, n.obs = n, alpha = .1))
  list(objective = s$objective, chi2 = s$STATISTIC, df = s$dof, rmsr = s$rms)
}

# ---- rotations ---------------------------------------------------------------------------------
best <- function(L, rotate, ...) {
  quick <- function(start) suppressWarnings(rotate(L, Tmat = start, eps = 1e-4, maxit = 2000, ...))
  least <- function(o) o$Table[nrow(o$Table), 2]
  set.seed(1)
  starts <- c(list(diag(ncol(L))), replicate(20, Random.Start(ncol(L)), simplify = FALSE))
  ends <- lapply(starts, quick)
  top <- ends[[which.min(vapply(ends, least, 0))]]
  out <- suppressWarnings(rotate(L, Tmat = top$Th, eps = 1e-8, maxit = 10000, ...))
  slope <- 10^out$Table[nrow(out$Table), 3]  # rounding may end the search before 1e-8
  stopifnot(slope < 1e-5)
  Phi <- if (out$orthogonal) diag(ncol(L)) else out$Phi
  list(loadings = unclass(unname(out$loadings)), phi = Phi, criterion = least(out), slope = slope)
}
equamax_tight <- function(L, ...) cfT(L, kappa = ncol(L) / (2 * nrow(L)), ...)
rotations <- function(L) {
  simple <- best(L, oblimin)
  target <- ifelse(abs(simple$loadings) < .2, 0, NA)
  out <- list(
    oblimin = simple, quartimin = best(L, quartimin), geomin = best(L, geominQ),
    "geomin_0.001" = best(L, geominQ, delta = .001), "oblimin_-0.5" = best(L, oblimin, gam = -.5),
    target = c(best(L, targetQ, Target = target), list(target = target)),
    quartimax = best(L, quartimax), equamax = best(L, equamax_tight),
    geomin_orthogonal = best(L, geominT), varimax_raw = best(L, Varimax))
  if (ncol(L) > 2) out <- c(out, list(bifactor = best(L, bifactorT),
                                      bifactor_oblique = best(L, bifactorQ)))
  out
}

# ---- hierarchical omega: psych's own code with exact extraction and rotation --------------------
tight <- new.env(parent = asNamespace("psych"))
tight$fa <- function(r, nfactors = 1, n.obs = NA, ...) {
  list(loadings = upright(minres(as.matrix(r), nfactors)), Phi = NULL)
}
rewrite <- function(f, from, to) {
  text <- gsub(from, to, deparse(f, width.cutoff = 500L), fixed = TRUE)
  out <- eval(parse(text = text)); environment(out) <- tight
  out
}
tight$turned <- function(L) { o <- best(L, oblimin); list(loadings = o$loadings, Phi = o$phi) }
tight$schmid <- rewrite(schmid, "GPArotation::oblimin(orth.load)", "turned(orth.load)")
tight$omegah <- rewrite(omegah, "plot = TRUE", "plot = FALSE")
hierarchical <- function(R, k, n) {
  o <- suppressMessages(suppressWarnings(tight$omegah(R, k, n.obs = n)))
  own <- suppressMessages(suppressWarnings(omega(R, k, n.obs = n, plot = FALSE)))
  sl <- unclass(o$schmid$sl)
  list(omega_h = o$omega_h, omega_total = o$omega.tot, omega_limit = o$omega.lim, alpha = o$alpha,
       lambda6 = o$G6, ecv = unname(o$ECV), general = unname(sl[, 1]),
       group = unname(sl[, 1 + 1:k]), communalities = unname(sl[, "h2"]), phi = o$schmid$phi,
       second = unname(unclass(o$schmid$gloading)[seq_len(k)]), by_factor = o$omega.group,
       psych = list(omega_h = own$omega_h, omega_total = own$omega.tot, ecv = unname(own$ECV)))
}

# ---- numbers of factors ------------------------------------------------------------------------
kaiser <- function(R, n) {
  l <- eigen(R)$values; p <- ncol(R)
  reference <- numeric(p)
  for (j in seq_len(p)) {
    left <- p - sum(l[seq_len(j - 1)])
    reference[j] <- max((1 + sqrt(p / n))^2 * left / (p - j + 1), 1)
  }
  list(reference = reference, suggested = which(c(l <= reference, TRUE))[1] - 1)
}
hulls <- function(R, n, most) {
  p <- ncol(R)
  f0 <- -log(det(R)); df0 <- p * (p - 1) / 2
  one <- function(k) {
    if (k == 0) return(c(caf = 1 - KMO(R)$MSA, cfi = 0,
                         rmsea = 1 - sqrt(max(((n - 1) * f0 - df0) / (df0 * (n - 1)), 0)), df = df0))
    L <- minres(R, k); left <- R - L %*% t(L); diag(left) <- 1
    M <- L %*% t(L); diag(M) <- 1
    f <- sum(diag(solve(M, R))) - log(det(solve(M, R))) - p
    df <- ((p - k)^2 - p - k) / 2; chi <- (n - 1) * f
    c(caf = 1 - KMO(left)$MSA,
      cfi = 1 - max(chi - df, 0) / max((n - 1) * f0 - df0, chi - df, 0),
      rmsea = 1 - sqrt(max((chi - df) / (df * (n - 1)), 0)), df = df)
  }
  table <- t(sapply(0:most, one))
  # On the hull: no chord between two other solutions passes above or through the point, and no
  # solution with fewer factors fits as well or better.
  st <- function(f, free) {
    on <- sapply(seq_along(f), function(i) {
      if (any(f[seq_len(i - 1)] >= f[i])) return(FALSE)
      for (a in seq_len(i - 1)) for (b in seq_along(f)[seq_along(f) > i]) {
        chord <- f[a] + (f[b] - f[a]) * (free[i] - free[a]) / (free[b] - free[a])
        if (chord >= f[i]) return(FALSE)
      }
      TRUE
    })
    at <- which(on); out <- rep(NA_real_, length(f))
    for (j in seq_along(at)[-c(1, length(at))]) {
      i <- at[j]; a <- at[j - 1]; b <- at[j + 1]
      out[i] <- ((f[i] - f[a]) / (free[i] - free[a])) / ((f[b] - f[i]) / (free[b] - free[i]))
    }
    list(on = on, st = out)
  }
  curves <- lapply(c("caf", "cfi", "rmsea"), function(i) c(list(fit = unname(table[, i])),
                                                           st(table[, i], -table[, "df"])))
  names(curves) <- c("caf", "cfi", "rmsea")
  list(df = unname(table[, "df"]), most = most, curves = curves)
}

# ---- all ---------------------------------------------------------------------------------------
for (name in names(sets)) {
  x <- sets[[name]]$x; x <- x[complete.cases(x), ]; k <- sets[[name]]$factors
  R <- cor(x); n <- nrow(x); p <- ncol(x)
  L <- upright(minres(R, k))
  axis <- suppressMessages(fa(R, k, n.obs = n, fm = "pa", rotate = "none", min.err = 1e-13, max.iter = 20000))
  component <- principal(R, k, n.obs = n, rotate = "none")
  turned <- principal(R, k, n.obs = n, rotate = "varimax", eps = 1e-15)
  poly <- lavCor(as.data.frame(x), ordered = colnames(x), output = "cor")
  save_json(list(n = n, minres = L, pa = unclass(unname(axis$loadings)),
                 pa_fit = statistics(R, axis$loadings, n),
                 principal = unclass(unname(component$loadings)),
                 principal_varimax = unclass(unname(turned$loadings)),
                 principal_fit = list(objective = component$objective, chi2 = component$STATISTIC,
                                      df = component$dof, rmsr = component$rms),
                 polychoric = upright(minres(matrix(poly, p), k))), sprintf("solution_%s", name))
  r <- rotations(L)
  save_json(c(list(unrotated = L), r), sprintf("rotations_%s", name))
  F <- r$oblimin$loadings; Phi <- r$oblimin$phi
  dimnames(F) <- list(colnames(x), paste0("F", 1:k))
  scores <- lapply(c(regression = "Thurstone", bartlett = "Bartlett", tenBerge = "tenBerge"), function(m) {
    s <- factor.scores(x, F, Phi, method = m)
    list(values = unname(s$scores[1:20, ]), weights = unname(s$weights), between = unname(s$r.scores))
  })
  R2 <- suppressWarnings(fa.stats(R, F, Phi, n.obs = n))$R2
  save_json(list(loadings = unname(F), phi = Phi, r2 = unname(R2), methods = scores), sprintf("scores_%s", name))
  if (name != "near") save_json(hierarchical(R, k, n), sprintf("omega_%s", name))
  save_json(list(ekc = kaiser(R, n), hull = hulls(R, n, min(k + 2, 6, if (p < 9) 3 else 9))),
            sprintf("number_%s", name))
}

set.seed(36)
one <- blocks(3, 4, .5, .8) + matrix(rnorm(36, sd = .08), 12)
other <- (one + matrix(rnorm(36, sd = .15), 12))[, c(3, 1, 2)] %*% diag(c(1, -1, 1))
save_json(list(one = one, other = other, congruence = unclass(fa.congruence(one, other, digits = 16))),
          "congruence")

x <- tapwater[complete.cases(tapwater), ]; n <- nrow(x)
scales <- data.frame(cognitive = rowMeans(x[, 1:4]), affective = rowMeans(x[, 6:9]), marker = x[, 10])
r <- cor(scales)
smallest <- min(r["cognitive", "marker"], r["affective", "marker"])
adjusted <- (r["cognitive", "affective"] - smallest) / (1 - smallest)
t <- adjusted / sqrt((1 - adjusted^2) / (n - 3))
upper <- tanh(atanh(smallest) + qnorm(c(.75, .95, .99)) / sqrt(n - 3))
save_json(list(n = n, component = eigen(cor(x))$values[1] / 10,
               factor = mean(minres(cor(x), 1)^2), correlations = r, marker = smallest,
               adjusted = adjusted, t = t, p = 2 * pt(-abs(t), n - 3), upper = upper,
               adjusted_upper = (r["cognitive", "affective"] - upper) / (1 - upper)), "common_method")

others <- if (file.exists("VERSIONS")) grep("^factors.R:", readLines("VERSIONS"), value = TRUE, invert = TRUE)
writeLines(sort(c(others, sprintf("factors.R: R %s, psych %s, GPArotation %s, lavaan %s", getRversion(),
  packageVersion("psych"), packageVersion("GPArotation"), packageVersion("lavaan")))), "VERSIONS")
