# Goldens of the structure side: Rscript structure.R, from this folder.
#
# Files, named by rule:
#   data/correlations_<data>.csv                      input, 17 digits
#   structure/efa_<method>_<rotation>_<factors>_<data>.json    psych::fa with a tight rotation
#   structure/uniquenesses_<method>_<factors>_<data>.csv       minimum found with tight criteria
#   structure/adequacy_<data>.json                    psych::KMO, psych::cortest.bartlett
#   structure/map_<data>.csv                          psych::vss; fourth power by partial correlation
#   structure/parallel_<data>.json                    psych::fa.parallel, with Monte Carlo errors
suppressPackageStartupMessages({library(psych); library(GPArotation); library(jsonlite)})
options(digits = 17, warn = 1, mc.cores = 1)  # one process, so that the seed decides
dir.create("structure", showWarnings = FALSE)

save_json <- function(x, file) write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"), file)
save_csv <- function(x, file) write.csv(format(x, digits = 17), file, quote = FALSE)

# ---- data ----------------------------------------------------------------------------------
raw <- read.csv("../../survey_app/demo/tapwater_involvement.csv", na.strings = "NA")[-1, ]
answers <- raw[is.na(raw$term) & raw$suburb %in% 1:3, sprintf("p%02d", 1:10)]
answers <- as.data.frame(lapply(answers, as.numeric))
answers <- answers[complete.cases(answers), ]
turned <- c("p01", "p02", "p07", "p08", "p09", "p10")
answers[turned] <- 8 - answers[turned]
stopifnot(nrow(answers) == 439)
big5 <- bfi[complete.cases(bfi[, 1:25]), 1:25]
heywood <- matrix(c(1, .8, .8, .4, .8, 1, .5, .3, .8, .5, 1, .3, .4, .3, .3, 1), 4,
                  dimnames = list(letters[1:4], letters[1:4]))
sets <- list(
  tapwater = list(R = cor(answers), n = nrow(answers), factors = 2),
  bfi = list(R = cor(big5), n = nrow(big5), factors = 5),
  harman = list(R = Harman74.cor$cov, n = Harman74.cor$n.obs, factors = 4),
  heywood = list(R = heywood, n = 200, factors = 1)
)

# ---- rotations, all with a tight criterion ----------------------------------------------------
varimax_tight <- function(x) stats::varimax(x, eps = 1e-14)
promax_tight <- stats::promax
environment(promax_tight) <- list2env(list(varimax = varimax_tight), parent = asNamespace("stats"))

oblimin_tight <- function(L) {
  best <- oblimin(L, eps = 1e-7, maxit = 20000)
  least <- function(o) min(o$Table[, 2])
  set.seed(1)
  for (i in 1:50) {
    other <- oblimin(L, Tmat = Random.Start(ncol(L)), eps = 1e-7, maxit = 20000)
    if (other$convergence && least(other) < least(best) - 1e-9) best <- other
  }
  list(loadings = unclass(best$loadings), Phi = best$Phi)
}

turn <- function(L, rotation) {  # as psych::fa turns and sorts, with the tight criteria
  k <- ncol(L)
  out <- switch(rotation,
    none = list(loadings = L, Phi = diag(k)),
    varimax = list(loadings = unclass(varimax_tight(L)$loadings), Phi = diag(k)),
    promax = {
      h <- sqrt(rowSums(L^2))
      p <- promax_tight(L / h, m = 4)
      list(loadings = unclass(p$loadings) * h, Phi = solve(crossprod(p$rotmat)))
    },
    oblimin = oblimin_tight(L))
  s <- sign(colSums(out$loadings))
  L <- out$loadings %*% diag(s, k)
  Phi <- diag(s, k) %*% out$Phi %*% diag(s, k)
  o <- order(diag(Phi %*% crossprod(L)), decreasing = TRUE)
  list(loadings = unname(L[, o, drop = FALSE]), Phi = unname(Phi[o, o, drop = FALSE]))
}

solution <- function(set, fm, rotation) {
  k <- set$factors
  f <- suppressWarnings(fa(set$R, k, n.obs = set$n, fm = fm, rotate = "none"))
  t <- turn(unclass(f$loadings), rotation)
  L <- t$loadings; Phi <- t$Phi
  s <- suppressWarnings(fa.stats(set$R, L, phi = Phi, n.obs = set$n, alpha = .1))
  ss <- diag(Phi %*% crossprod(L)); p <- nrow(L)
  h2 <- diag(L %*% Phi %*% t(L))
  list(
    loadings = L, factor_correlations = Phi, structure = L %*% Phi,
    communalities = h2, uniquenesses = 1 - h2,
    variance = list(
      "SS loadings" = I(ss), "Proportion Var" = I(ss / p), "Cumulative Var" = I(cumsum(ss / p)),
      "Proportion Explained" = I(ss / sum(ss)), "Cumulative Proportion" = I(cumsum(ss / sum(ss)))),
    fit = list(
      objective = s$objective, chi2 = s$STATISTIC, df = s$dof, p = s$PVAL,
      null_chi2 = s$null.chisq, null_df = s$null.dof, rmsea = s$RMSEA[["RMSEA"]],
      rmsea_interval = unname(s$RMSEA[c("lower", "upper")]), tli = s$TLI, rmsr = s$rms,
      bic = s$BIC))
}

# psych::fa itself, with its arguments passed on to GPArotation, gives the same oblimin.
check <- function(set, fm) {
  f <- fa(set$R, set$factors, n.obs = set$n, fm = fm, rotate = "oblimin", eps = 1e-7, maxit = 20000)
  stopifnot(max(abs(unclass(f$loadings) - solution(set, fm, "oblimin")$loadings)) < 1e-9)
}

# ---- the minimum itself: psych stops up to 1e-5 short of it ---------------------------------------
tight <- function(set, fm) {
  R <- set$R; k <- set$factors
  if (fm == "ml") {
    control <- list(lower = .005, opt = list(factr = 1, maxit = 2000))
    return(factanal(covmat = R, factors = k, rotation = "none", control = control)$uniquenesses)
  }
  rest <- -seq_len(k)
  loss <- function(psi) sum(eigen(R - diag(psi), TRUE, only.values = TRUE)$values[rest]^2) / 2
  slope <- function(psi) {
    e <- eigen(R - diag(psi), TRUE)
    drop(-e$vectors[, rest]^2 %*% e$values[rest])
  }
  start <- 1 - smc(R)
  for (i in 1:5) {
    start <- nlminb(start, loss, slope, lower = .005, upper = 1, control = list(
      rel.tol = 1e-15, x.tol = 1e-13, iter.max = 5000, eval.max = 10000))$par
  }
  start
}

# ---- numbers of factors -------------------------------------------------------------------------
fourth_power <- function(R) {
  p <- ncol(R)
  e <- eigen(R)
  sapply(0:(p - 2), function(m) {
    if (m == 0) partial <- R else {
      A <- e$vectors[, 1:m, drop = FALSE] %*% diag(sqrt(e$values[1:m]), m)
      both <- rbind(cbind(R, A), cbind(t(A), diag(m)))
      dimnames(both) <- list(paste0("v", 1:(p + m)), paste0("v", 1:(p + m)))
      partial <- unclass(partial.r(both, 1:p, p + 1:m))
    }
    mean(partial[row(partial) != col(partial)]^4)
  })
}

parallel <- function(set, replicates = 4000) {
  set.seed(20)
  p <- ncol(set$R)
  sink(nullfile())
  f <- fa.parallel(set$R, n.obs = set$n, fa = "both", SMC = TRUE, n.iter = replicates,
                   quant = .95, plot = FALSE)
  sink()
  part <- function(columns, observed, suggested) {
    v <- f$values[, columns]
    q <- function(x) apply(x, 2, quantile, .95)
    boot <- replicate(200, q(v[sample(nrow(v), replace = TRUE), ]))
    list(observed = observed, mean = colMeans(v), mean_se = apply(v, 2, sd) / sqrt(nrow(v)),
         sd = apply(v, 2, sd), quantile = q(v), quantile_se = apply(boot, 1, sd),
         suggested = suggested)
  }
  list(replicates = replicates, components = part(1:p, f$pc.values, f$ncomp),
       factors = part(p + 1:p, f$fa.values, f$nfact))
}

for (name in names(sets)) {
  set <- sets[[name]]
  save_csv(set$R, sprintf("data/correlations_%s.csv", name))
  rotations <- if (set$factors > 1) c("none", "varimax", "promax", "oblimin") else "none"
  for (fm in c("minres", "ml")) {
    # Where minres meets its bound, psych descends along the gradient of another criterion than
    # the one it measures and stops 1e-3 away: there the uniquenesses alone are golden.
    for (rotation in if (name == "heywood" && fm == "minres") NULL else rotations) {
      file <- sprintf("structure/efa_%s_%s_%d_%s.json", fm, rotation, set$factors, name)
      save_json(solution(set, fm, rotation), file)
    }
    if (set$factors > 1) check(set, fm)
    file <- sprintf("structure/uniquenesses_%s_%d_%s.csv", fm, set$factors, name)
    save_csv(data.frame(uniqueness = tight(set, fm), row.names = colnames(set$R)), file)
  }
  k <- KMO(set$R)
  b <- cortest.bartlett(set$R, set$n)
  save_json(list(n = set$n, kmo = k$MSA, kmo_by_item = unname(k$MSAi), chi2 = b$chisq, df = b$df,
                 p = b$p.value), sprintf("structure/adequacy_%s.json", name))
  if (name == "heywood") next
  p <- ncol(set$R)
  v <- suppressWarnings(vss(set$R, n = p - 2, n.obs = set$n, plot = FALSE, fm = "pc",
                            rotate = "none"))
  off <- set$R[row(set$R) != col(set$R)]
  save_csv(data.frame(squared = c(mean(off^2), v$map), fourth = fourth_power(set$R),
                      row.names = 0:(p - 2)), sprintf("structure/map_%s.csv", name))
  save_json(parallel(set), sprintf("structure/parallel_%s.json", name))
}

others <- if (file.exists("VERSIONS")) grep("^structure.R:", readLines("VERSIONS"), value = TRUE,
                                            invert = TRUE)
writeLines(c(others, sprintf("structure.R: R %s, psych %s, GPArotation %s", getRversion(),
                             packageVersion("psych"), packageVersion("GPArotation"))), "VERSIONS")
