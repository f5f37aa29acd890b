# Goldens of what is asked of a fitted model: Rscript cfa_results.R, from this folder.
#
# Data, models and the exact search for the minimum are those of cfa.R, above its goldens.
#
#   cfa_results/residuals.json      by data and case: implied moments, residuals, lavResiduals
#   cfa_results/modification.json   modificationIndices
#   cfa_results/scores.json         lavPredict of some interviews, with errors
#   cfa_results/explained.json      lavInspect(fit, "rsquare")
above <- readLines("cfa.R")
eval(parse(text = above[seq_len(grep("^only <- ", above) - 1)]))
dir.create("cfa_results", showWarnings = FALSE)
fit_case <- function(data, case) fitted_by(cases[[data]][[case]], sets[[data]])
wanted <- commandArgs(TRUE)
write_golden <- function(found, name) {
  if (length(wanted) && !name %in% wanted) return(invisible())  # lazy: then nothing is fitted
  force(found)
  write(toJSON(found, digits = I(17), auto_unbox = TRUE, na = "null", matrix = "rowmajor"),
        sprintf("cfa_results/%s.json", name))
}
matrices <- function(x) lapply(x, function(m) unname(signif(unclass(m), 13)))
in_groups <- function(fit, x) if (lavInspect(fit, "ngroups") == 1) list(x) else unname(x)
over <- function(chosen, f) {
  found <- lapply(names(chosen), function(data) {
    each <- lapply(chosen[[data]], function(case) {cat(data, case, "\n"); f(fit_case(data, case), data)})
    setNames(each, chosen[[data]])
  })
  setNames(found, names(chosen))
}

# ---- residuals -----------------------------------------------------------------------------
# lavaan's standardized residuals leave out what a group's estimates owe to the other groups, and
# divide the covariance of ordered moments by all interviews. `errors` counts both: every group's
# moments have the covariance that lavaan gives them, divided by the interviews of the group.
residual_errors <- function(fit) {
  G <- lavInspect(fit, "ngroups")
  Delta <- lavTech(fit, "delta")
  n <- unlist(lavInspect(fit, "nobs"))
  inner <- function(name, ...) get(name, asNamespace("lavaan"))(...)
  A1 <- inner("lav_model_h1_information", fit)
  if (fit@Model@categorical) {
    acov <- lapply(seq_len(G), function(g) fit@SampleStats@NACOV[[g]] / n[g])
    A1 <- lapply(A1, diag)
  } else acov <- inner("lav_model_h1_acov", lavobject = fit, h1.information = "unstructured")
  I <- Reduce(`+`, lapply(seq_len(G), function(g) n[g] / sum(n) * t(Delta[[g]]) %*% A1[[g]] %*% Delta[[g]]))
  J <- fit@Model@con.jac
  J <- if (is.null(J) || nrow(J) == 0) matrix(0, 0, ncol(I)) else J[, , drop = FALSE]
  k <- nrow(J)
  bread <- MASS::ginv(rbind(cbind(I, t(J)), cbind(J, matrix(0, k, k))))[seq_len(ncol(I)), seq_len(ncol(I))]
  lapply(seq_len(G), function(g) {
    V <- Reduce(`+`, lapply(seq_len(G), function(h) {
      M <- -Delta[[g]] %*% bread %*% t(Delta[[h]]) %*% A1[[h]] * n[h] / sum(n)
      if (g == h) M <- M + diag(nrow(M))
      M %*% acov[[h]] %*% t(M)
    }))
    p <- length(lavNames(fit, "ov"))
    before <- nrow(V) - if (fit@Model@categorical) p * (p - 1) / 2 else p * (p + 1) / 2
    at <- seq_len(nrow(V)) > before
    square <- lav_matrix_vech_reverse(sqrt(pmax(diag(V)[at], 0)), diagonal = !fit@Model@categorical)
    list(cov = unname(signif(square, 13)), first = rounded(sqrt(pmax(diag(V)[!at], 0))))
  })
}
residuals_of <- function(fit, data) {
  options(warn = -1)  # it recycles NA errors of means that ordered items do not have
  on.exit(options(warn = 1))
  kinds <- c(raw = "raw", correlation = "cor.bollen", normalized = "normalized",
             standardized = "standardized")
  plain <- lapply(kinds, function(type) lapply(in_groups(fit, residuals(fit, type = type)), function(r)
    matrices(r[names(r) %in% c("cov", "mean", "th")])))
  types <- c(rmr = "raw", srmr = "cor.bentler", crmr = "cor.bollen")
  summed <- lapply(types, function(type) lapply(in_groups(fit, lavResiduals(fit, type = type)),
    function(r) lapply(as.list(r$summary), function(x)
      setNames(as.list(rounded(x)), row.names(r$summary)))))
  implied <- lapply(in_groups(fit, lavInspect(fit, "implied")), matrices)
  list(implied = implied, residuals = plain, summary = summed, errors = residual_errors(fit),
       items = lavNames(fit, "ov"))
}
residual_cases <- list(
  tapwater = c("ml", "mlr", "mlm", "means", "means_mlr", "gls", "ordered_wlsmv"),
  groups = c("metric", "scalar", "scalar_mlr", "ordered", "ordered_scalar"),
  holes = c("ml", "mlr", "scalar"), near = "mlr", small = "ml", survey = c("path", "path_mlr", "weights"),
  gap = "ordered_wlsmv")
write_golden(over(residual_cases, residuals_of), "residuals")

# ---- modification indices ------------------------------------------------------------------
indices_of <- function(fit, data) {
  m <- as.list(modificationIndices(fit))
  if (is.null(m$group)) m$group <- rep(1, length(m$lhs))
  c(m[c("lhs", "op", "rhs", "group")],
    lapply(m[c("mi", "epc", "sepc.lv", "sepc.all", "sepc.nox")], rounded))
}
modification_cases <- list(
  tapwater = c("ml", "mlr", "mlm", "means", "unit_factors", "gls", "uls", "dwls", "wishart", "bifactor",
               "correlated_residuals", "ordered_wlsmv", "ordered_uls", "brands"),
  groups = c("ml", "metric", "scalar", "partial", "scalar_mlr", "scalar_unit", "scalar_gls", "ordered",
             "ordered_metric", "ordered_scalar"),
  holes = c("ml", "mlr", "scalar", "second_order", "regressions"),
  survey = c("path", "path_means", "mediated", "path_groups", "fixed", "linear", "nonlinear", "effect_coded", "weights",
             "cluster_groups"),
  near = "ml", small = "ml", wide = "ml", gap = "ordered_wlsmv")
write_golden(over(modification_cases, indices_of), "modification")

# ---- explained variance --------------------------------------------------------------------
explained_of <- function(fit, data)
  lapply(in_groups(fit, lavInspect(fit, "rsquare")), function(r) as.list(signif(unclass(r), 13)))
explained_cases <- list(
  tapwater = c("ml", "bifactor", "ordered_wlsmv", "ordered_unit_factors"),
  groups = c("scalar", "ordered_scalar"), holes = c("second_order", "regressions"),
  survey = c("path", "mediated", "path_groups", "weights"), small = "ml")
write_golden(over(explained_cases, explained_of), "explained")

# ---- scores --------------------------------------------------------------------------------
# Twenty interviews of each group. Those of ordered items are lavPredict's EBM searched on to the
# mode from where lavaan stops, with the loadings of the interview's own group.
mode_from <- function(fit, g, y, start) {
  est <- in_groups(fit, lavInspect(fit, "est"))[[g]]
  cov.lv <- in_groups(fit, lavInspect(fit, "cov.lv"))[[g]]
  mean.lv <- as.numeric(in_groups(fit, lavInspect(fit, "mean.lv"))[[g]])
  items <- rownames(est$lambda)
  of <- sub("\\|.*", "", rownames(est$tau))
  loss <- function(eta) {
    yhat <- as.numeric(est$nu + est$lambda %*% eta)
    p <- sapply(seq_along(items), function(i) {
      cuts <- (c(-Inf, est$tau[of == items[i]], Inf) - yhat[i]) / sqrt(est$theta[i, i])
      pnorm(cuts[y[i] + 1]) - pnorm(cuts[y[i]])
    })
    drop(.5 * t(eta - mean.lv) %*% solve(cov.lv) %*% (eta - mean.lv)) - sum(log(p))
  }
  found <- start
  for (k in 1:3) found <- nlminb(found, loss, control = list(rel.tol = 1e-15, x.tol = 1e-12))$par
  H <- hessian_at(loss, found)
  for (k in 1:2) found <- found - solve(H, central(loss, found))
  list(mode = found, se = sqrt(diag(solve(H))))
}
central <- function(f, x, h = 1e-4) sapply(seq_along(x), function(i) {
  e <- replace(numeric(length(x)), i, h)
  (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h)
})
hessian_at <- function(f, x) {
  H <- sapply(seq_along(x), function(i) {
    e <- replace(numeric(length(x)), i, 1e-3)
    (8 * (central(f, x + e) - central(f, x - e)) -
       (central(f, x + 2 * e) - central(f, x - 2 * e))) / 12e-3
  })
  H <- as.matrix(H)
  (H + t(H)) / 2
}
ordered_scores <- function(fit) {
  X <- fit@Data@X
  by_lavaan <- if (length(X) == 1) lavPredict(fit) else NULL
  lapply(seq_along(X), function(g) {
    rows <- seq_len(20)
    start <- if (is.null(by_lavaan)) rep(0, length(lavNames(fit, "lv"))) else NULL
    each <- lapply(rows, function(i) {
      from <- if (is.null(start)) as.numeric(by_lavaan[i, ]) else start
      found <- mode_from(fit, g, X[[g]][i, ], from)
      if (is.null(start)) stopifnot(abs(found$mode - from) < 2e-3)
      found
    })
    list(rows = fit@Data@case.idx[[g]][rows] - 1, items = fit@Data@ov.names[[g]],
         ebm = unname(signif(t(sapply(each, function(e) e$mode)), 10)),
         ebm_se = unname(signif(t(sapply(each, function(e) e$se)), 8)))
  })
}
scores_of <- function(fit, data) {
  lv <- lavNames(fit, "lv")
  if (lavInspect(fit, "categorical")) return(list(factors = lv, groups = ordered_scores(fit)))
  by <- lapply(c(regression = "regression", bartlett = "Bartlett"), function(method) {
    options(warn = -1); on.exit(options(warn = 1))
    found <- lavPredict(fit, method = method, se = "standard")
    list(values = in_groups(fit, found), se = attr(found, "se"))
  })
  groups <- lapply(seq_along(fit@Data@X), function(g) {
    rows <- seq_len(20)
    at <- function(m) { m <- unclass(m); attributes(m) <- list(dim = dim(m))
      unname(signif(m[if (nrow(m) == 1) 1 else rows, , drop = FALSE], 13)) }
    c(list(rows = fit@Data@case.idx[[g]][rows] - 1),
      lapply(by, function(b) list(values = at(b$values[[g]]), se = at(b$se[[g]]))))
  })
  list(factors = lv, groups = groups)
}
score_cases <- list(
  tapwater = c("ml", "means", "bifactor", "correlated_residuals", "ordered_wlsmv", "ordered_unit_factors"),
  groups = c("scalar", "ordered", "ordered_scalar"), holes = c("ml", "scalar", "second_order",
  "second_order_ordered", "regressions"), survey = c("path", "path_means"), near = "ml", small = "ml")
write_golden(over(score_cases, scores_of), "scores")

others <- if (file.exists("VERSIONS")) grep("^cfa_results.R:", readLines("VERSIONS"), value = TRUE,
                                            invert = TRUE)
writeLines(sort(c(others, sprintf("cfa_results.R: R %s, lavaan %s", getRversion(),
                                  packageVersion("lavaan")))), "VERSIONS")
