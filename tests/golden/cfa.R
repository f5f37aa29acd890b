# Goldens of factor models: Rscript cfa.R, from this folder.
#
# Files, named by rule:
#   cfa/answers_<data>.csv    simulated answers, empty for missing
#   cfa/fits_<data>.json      by case: the call (arguments as psychometrics.cfa.model.cfa names
#                             them), parameterEstimates with standardizedSolution, fitMeasures
#   cfa/compare.json          lavTestLRT: plain, Satorra-Bentler 2001 and 2010, Satorra 2000
#
# lavaan's search stops 1e-6 short of the minimum: here it goes on until rounding stops it, and
# begins again from where it ended. Its RMSEA intervals are good to 1e-4, for uniroot's default
# tolerance: here they are found to 1e-12.
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("cfa", showWarnings = FALSE)

tighten <- function(name) {
  f <- get(name, asNamespace("lavaan"))
  precise <- function(...) stats::uniroot(..., tol = 1e-13, maxiter = 10000)
  environment(f) <- list2env(list(uniroot = precise), parent = asNamespace("lavaan"))
  assignInNamespace(name, f, "lavaan")
}
tighten("lav_fit_rmsea_ci")

# ---- data ----------------------------------------------------------------------------------
factors <- function(n, Phi) matrix(rnorm(n * ncol(Phi)), n) %*% chol(Phi)
items <- function(eta, of, loadings) {
  z <- sapply(seq_along(of), function(j) loadings[j] * eta[, of[j]] +
                sqrt(1 - loadings[j]^2) * rnorm(nrow(eta)))
  colnames(z) <- sprintf("i%02d", seq_along(of))
  z
}
cut_at <- function(z, limits) array(findInterval(z, limits) + 1, dim(z), dimnames(z))
related <- function(k, r) matrix(r, k, k) + diag(1 - r, k)

raw <- read.csv("../../survey_app/demo/tapwater_involvement.csv", na.strings = "NA")[-1, ]
used <- is.na(raw$term) & raw$suburb %in% 1:3
tapwater <- as.data.frame(lapply(raw[used, sprintf("p%02d", 1:10)], as.numeric))
turned <- c("p01", "p02", "p07", "p08", "p09", "p10")
tapwater[turned] <- 8 - tapwater[turned]
tapwater$brand <- raw$suburb[used]

set.seed(31)  # four groups with different means; one group never gives the last answer to i08
groups <- do.call(rbind, lapply(1:4, function(g) {
  n <- c(110, 150, 95, 130)[g]
  eta <- factors(n, related(2, .3 + .1 * g)) * c(1, 1.2, .9, 1.1)[g] + (g - 2) * .15
  z <- items(eta, rep(1:2, each = 4), c(.8, .7, .6, .7, .75, .65, .7, .6))
  z[, 3] <- z[, 3] + .3 * (g == 3)
  x <- as.data.frame(cut_at(z, c(-1.2, -.4, .4, 1.2)))
  if (g == 3) x$i08 <- pmin(x$i08, 4)
  data.frame(x, g = c("north", "east", "south", "west")[g])
}))

set.seed(32)  # a tenth missing, more where the first answer is low; two groups
z <- items(factors(400, related(3, .5)), rep(1:3, each = 3), c(.8, .7, .6, .75, .7, .65, .8, .6, .7))
holes <- as.data.frame(cut_at(z, c(-1.3, -.5, .3, 1)))
for (j in 2:9) holes[runif(400) < .15 / (1 + exp(holes$i01 - 3.2)) + .02, j] <- NA
holes$i01[runif(400) < .1] <- NA
holes$g <- rep(c("a", "b"), 200)

set.seed(33)  # nearly the same items
eta <- factors(300, related(2, .9))
near <- as.data.frame(round(items(eta, rep(1:2, each = 3), c(.995, .99, .97, .995, .98, .96)), 3))

set.seed(34)
small <- as.data.frame(cut_at(items(factors(60, related(2, .4)), rep(1:2, each = 3),
                                    c(.8, .7, .75, .8, .7, .7)), c(-1, -.2, .5, 1.3)))

set.seed(35)
wide <- as.data.frame(cut_at(items(factors(500, related(4, .4)), rep(1:4, each = 10),
                                   rep(c(.8, .7, .6, .5, .75), 8)), c(-1, 0, .9)))

set.seed(36)  # five answers of each respondent, weights, observed predictors, skewed
who <- rep(1:120, each = 5)
age <- round(rnorm(120, 45, 12))[who] + sample(0:3, 600, TRUE)
female <- rbinom(120, 1, .5)[who]
own <- rnorm(120, 0, .6)[who]
image <- .02 * (age - 45) + .3 * female + own + rnorm(600)
loyal <- .5 * image + .01 * (age - 45) + rnorm(600)
spent <- exp(.3 * loyal + .5 * rnorm(600))
measure <- function(f, l) l * f + rnorm(120)[who] * .5 + rgamma(600, 2) / 2
survey <- data.frame(
  who, weight = round(exp(rnorm(600, 0, .5)), 3), age, female,
  sapply(c(y1 = 1, y2 = .8, y3 = .9), function(l) round(measure(image, l), 3)),
  sapply(c(y4 = 1, y5 = .7, y6 = .9), function(l) round(measure(loyal, l), 3)),
  spent = round(spent, 3), town = c("x", "y", "z")[1 + who %% 3])

set.seed(37)  # five categories, the middle one or the last one given by nobody
gap <- as.data.frame(cut_at(items(factors(350, related(2, .5)), rep(1:2, each = 4),
                                  c(.8, .7, .6, .7, .75, .65, .7, .6)), c(-1.2, -.4, .4, 1.2)))
gap$i02[gap$i02 == 3] <- 4
gap$i07[gap$i07 == 5] <- 4

set.seed(38)  # the same with gaps, also in a predictor
patchy <- survey
for (name in c(sprintf("y%d", 1:6), "spent")) patchy[runif(600) < .1, name] <- NA
patchy$age[runif(600) < .03] <- NA

sets <- list(tapwater = tapwater, groups = groups, holes = holes, near = near, small = small,
             wide = wide, survey = survey, patchy = patchy, gap = gap)
for (name in setdiff(names(sets), "tapwater"))
  write.csv(sets[[name]], sprintf("cfa/answers_%s.csv", name), row.names = FALSE, quote = FALSE,
            na = "")

# ---- models --------------------------------------------------------------------------------
by <- function(factor, items) paste(factor, "=~", paste(items, collapse = " + "))
lines_of <- function(...) paste(c(...), collapse = "\n")
numbered <- function(from, to) sprintf("i%02d", from:to)
two_tap <- lines_of(by("cognitive", sprintf("p%02d", 1:5)), by("affective", sprintf("p%02d", 6:10)))
two_groups <- lines_of(by("f", numbered(1, 4)), by("h", numbered(5, 8)))
two_ordered <- lines_of(by("f", numbered(1, 4)), by("h", numbered(5, 7)))
three <- lines_of(by("a", numbered(1, 3)), by("b", numbered(4, 6)), by("c", numbered(7, 9)))
two_six <- lines_of(by("f", numbered(1, 3)), by("h", numbered(4, 6)))
four_wide <- lines_of(by("a", numbered(1, 10)), by("b", numbered(11, 20)), by("c", numbered(21, 30)),
                      by("d", numbered(31, 40)))
two_survey <- "image =~ y1 + y2 + y3\nloyal =~ y4 + y5 + y6"
path <- lines_of(two_survey, "image ~ age + female", "loyal ~ image + age", "spent ~ loyal")
mediated <- lines_of(two_survey, "image ~ a*age", "loyal ~ b*image + c*age", "indirect := a*b",
                     "total := c + indirect", "share := indirect/total")
scalar <- c("loadings", "intercepts")
strict <- c(scalar, "residuals")

case <- function(model, ...) list(model = model, ...)
estimators <- function(model, names, ...) {
  found <- lapply(names, function(e) case(model, estimator = e, ...))
  setNames(found, tolower(names))
}
numeric_ones <- c("ML", "MLR", "MLM", "MLMV", "GLS", "ULS", "DWLS", "WLSMV", "ULSMV")
ordered_ones <- function(model, ...) {
  found <- estimators(model, c("DWLS", "WLSMV", "ULS", "ULSMV"), ordered = TRUE, ...)
  setNames(found, paste0("ordered_", names(found)))
}

cases <- list()
cases$tapwater <- c(estimators(two_tap, numeric_ones), ordered_ones(two_tap), list(
  wishart = case(two_tap, likelihood = "wishart"),
  means = case(two_tap, meanstructure = TRUE),
  means_mlr = case(two_tap, meanstructure = TRUE, estimator = "MLR"),
  means_gls = case(two_tap, meanstructure = TRUE, estimator = "GLS"),
  means_dwls = case(two_tap, meanstructure = TRUE, estimator = "DWLS"),
  unit_factors = case(two_tap, std_lv = TRUE, estimator = "MLR"),
  ordered_unit_factors = case(two_tap, std_lv = TRUE, estimator = "WLSMV", ordered = TRUE),
  one = case(by("involvement", sprintf("p%02d", 1:10))),
  one_mlr = case(by("involvement", sprintf("p%02d", 1:10)), estimator = "MLR"),
  bifactor = case(lines_of(by("general", sprintf("p%02d", 1:10)),
                           by("affective", sprintf("p%02d", 6:10)), "general ~~ 0*affective"),
                  std_lv = TRUE, estimator = "MLR"),
  correlated_residuals = case(lines_of(two_tap, "p01 ~~ p02", "p06 ~~ p07"), estimator = "MLM"),
  brands = case(two_tap, group = "brand"),
  brands_scalar_mlr = case(two_tap, group = "brand", group_equal = scalar, estimator = "MLR"),
  brands_ordered = case(by("affective", sprintf("p%02d", 6:10)), group = "brand",
                        ordered = TRUE, estimator = "WLSMV")))
cases$groups <- c(estimators(two_groups, numeric_ones, group = "g"), list(
  metric = case(two_groups, group = "g", group_equal = "loadings"),
  scalar = case(two_groups, group = "g", group_equal = scalar),
  strict = case(two_groups, group = "g", group_equal = strict),
  all_equal = case(two_groups, group = "g", group_equal = c(
    strict, "lv.variances", "lv.covariances", "means")),
  scalar_unit = case(two_groups, group = "g", group_equal = scalar, std_lv = TRUE),
  partial = case(two_groups, group = "g", group_equal = scalar, group_partial = c("f=~i03", "i03~1")),
  scalar_mlr = case(two_groups, group = "g", group_equal = scalar, estimator = "MLR"),
  scalar_mlm = case(two_groups, group = "g", group_equal = scalar, estimator = "MLM"),
  scalar_mlmv = case(two_groups, group = "g", group_equal = scalar, estimator = "MLMV"),
  strict_mlr = case(two_groups, group = "g", group_equal = strict, estimator = "MLR"),
  scalar_gls = case(two_groups, group = "g", group_equal = scalar, estimator = "GLS"),
  scalar_uls = case(two_groups, group = "g", group_equal = scalar, estimator = "ULS"),
  scalar_dwls = case(two_groups, group = "g", group_equal = scalar, estimator = "DWLS"),
  scalar_wishart = case(two_groups, group = "g", group_equal = scalar, likelihood = "wishart"),
  covariances_only = case(two_groups, group = "g", group_equal = "loadings", meanstructure = FALSE),
  ordered = case(two_ordered, group = "g", ordered = TRUE, estimator = "WLSMV"),
  ordered_metric = case(two_ordered, group = "g", ordered = TRUE, estimator = "WLSMV",
                        group_equal = "loadings"),
  ordered_scalar = case(two_ordered, group = "g", ordered = TRUE, estimator = "WLSMV",
                        group_equal = c("loadings", "thresholds")),
  ordered_partial = case(two_ordered, group = "g", ordered = TRUE, estimator = "WLSMV",
                         group_equal = c("loadings", "thresholds"), group_partial = "f=~i03"),
  ordered_scalar_ulsmv = case(two_ordered, group = "g", ordered = TRUE, estimator = "ULSMV",
                              group_equal = c("loadings", "thresholds"), std_lv = TRUE)))
cases$holes <- list(
  ml = case(three, missing = "fiml"),
  mlr = case(three, missing = "fiml", estimator = "MLR"),
  listwise = case(three, estimator = "MLR"),
  second_order = case(lines_of(three, "total =~ a + b + c"), missing = "fiml", estimator = "MLR"),
  groups = case(three, missing = "fiml", group = "g"),
  groups_mlr = case(three, missing = "fiml", group = "g", estimator = "MLR"),
  scalar = case(three, missing = "fiml", group = "g", group_equal = scalar, estimator = "MLR"),
  strict = case(three, missing = "fiml", group = "g", group_equal = strict),
  second_order_listwise = case(lines_of(three, "total =~ a + b + c")),
  second_order_ordered = case(lines_of(three, "total =~ a + b + c"), ordered = TRUE,
                              estimator = "WLSMV"),
  regressions = case(lines_of(three, "c ~ a + b"), missing = "fiml"))
cases$near <- estimators(two_six, c("ML", "MLR", "MLM", "MLMV", "GLS", "ULS"))
cases$small <- c(estimators(two_six, numeric_ones), ordered_ones(two_six))
cases$wide <- c(estimators(four_wide, c("ML", "MLR", "GLS", "ULS")),
                list(ordered_wlsmv = case(four_wide, ordered = TRUE, estimator = "WLSMV")))
cases$gap <- c(estimators(two_groups, "MLR"), ordered_ones(two_groups))
# With cluster= and estimator = "ML" lavaan takes another information matrix for the test than with
# "MLR" (observed.information "h1", then "hessian"); "MLR" is what is meant here.
cases$survey <- list(
  path = case(path), path_mlr = case(path, estimator = "MLR"),
  path_mlm = case(path, estimator = "MLM"), path_mlmv = case(path, estimator = "MLMV"),
  path_means = case(path, meanstructure = TRUE, estimator = "MLR"),
  path_gls = case(path, estimator = "GLS"), path_uls = case(path, estimator = "ULS"),
  path_groups = case(path, group = "town", group_equal = c("loadings", "regressions")),
  mediated = case(mediated), mediated_mlr = case(mediated, estimator = "MLR"),
  cluster = case(two_survey, cluster = "who", estimator = "MLR"),
  cluster_path = case(path, cluster = "who", estimator = "MLR"),
  cluster_groups = case(two_survey, cluster = "who", group = "town", group_equal = scalar,
                        estimator = "MLR"),
  cluster_configural = case(two_survey, cluster = "who", group = "town", estimator = "MLR"),
  weights = case(two_survey, weights = "weight"),
  weights_groups = case(two_survey, weights = "weight", group = "town", group_equal = scalar),
  weights_cluster = case(two_survey, weights = "weight", cluster = "who"),
  label = case("image =~ y1 + l*y2 + l*y3\nloyal =~ y4 + m*y5 + n*y6\nm == n"),
  equal = case('image =~ y1 + y2 + equal("image=~y2")*y3\nloyal =~ y4 + y5 + y6'),
  linear = case("image =~ y1 + l2*y2 + l3*y3\nloyal =~ y4 + l5*y5 + l6*y6\nl2 + l3 == 2*l5 + 0.1"),
  nonlinear = case("image =~ y1 + l2*y2 + l3*y3\nloyal =~ y4 + l5*y5 + l6*y6\nl2*l3 == l5^2"),
  nonlinear_mlr = case("image =~ y1 + l2*y2 + l3*y3\nloyal =~ y4 + l5*y5 + l6*y6\nl2*l3 == l5^2",
                       estimator = "MLR"),
  bound_slack = case("image =~ y1 + l2*y2 + y3\nloyal =~ y4 + y5 + y6\nl2 > 0.1"),
  bound_held = case("image =~ y1 + l2*y2 + l3*y3\nloyal =~ y4 + y5 + y6\nl2 > l3 + 0.2"),
  bound_below = case("image =~ y1 + l2*y2 + l3*y3\nloyal =~ y4 + y5 + y6\nl2 + l3 < 1.2"),
  fixed = case("image =~ NA*y1 + y2 + 0.8*y3\nloyal =~ y4 + y5 + y6\nimage ~~ 1*image"),
  effect_coded = case("image =~ NA*y1 + a*y1 + b*y2 + c*y3\nloyal =~ y4 + y5 + y6\na + b + c == 3"),
  group_labels = case("image =~ y1 + c(a, a, b)*y2 + y3\nloyal =~ y4 + y5 + y6\nd := a - b",
                      group = "town"))

cases$patchy <- list(
  path = case(path, missing = "fiml"), path_mlr = case(path, missing = "fiml", estimator = "MLR"),
  cluster = case(two_survey, missing = "fiml", cluster = "who", estimator = "MLR"),
  weights = case(two_survey, missing = "fiml", weights = "weight", estimator = "MLR"),
  weights_cluster = case(two_survey, missing = "fiml", weights = "weight", cluster = "who",
                         estimator = "MLR"),
  cluster_groups = case(two_survey, missing = "fiml", cluster = "who", group = "town",
                        group_equal = scalar, estimator = "MLR"))

# ---- goldens -------------------------------------------------------------------------------
lavaan_names <- c(missing = "missing", weights = "sampling.weights", group_equal = "group.equal",
                  group_partial = "group.partial", std_lv = "std.lv")

# Newton steps with lavaan's own slope and curvature, the constraints that hold bordering them.
newton <- function(fit) {
  inner <- function(name, ...) get(name, asNamespace("lavaan"))(...)
  m <- fit@Model
  x <- inner("lav_model_get_parameters", m)
  value <- function(x) {
    f <- inner("lav_model_objective", inner("lav_model_set_parameters", m, x),
               lavsamplestats = fit@SampleStats, lavdata = fit@Data, lavcache = fit@Cache)
    as.numeric(f)
  }
  best <- x
  for (step in 1:12) {
    at <- inner("lav_model_set_parameters", m, x)
    slope <- inner("lav_model_gradient", at, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
                   lavcache = fit@Cache)
    H <- inner("lav_model_hessian", at, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
               lavoptions = fit@Options, lavcache = fit@Cache)
    held <- function(x) {
      of <- function(f) if (length(formals(f))) f(x) else numeric(0)
      c(of(m@ceq.function), of(m@cin.function)[abs(now) < 1e-5])
    }
    now <- if (length(formals(m@cin.function))) m@cin.function(x) else numeric(0)
    rest <- held(x)
    J <- matrix(0, 0, length(x))
    if (length(rest)) {
      J <- inner("lav_func_jacobian_complex", held, x)
      keep <- qr(t(J))
      keep <- keep$pivot[seq_len(keep$rank)]
      J <- J[keep, , drop = FALSE]
      rest <- rest[keep]
    }
    k <- length(rest)
    system <- rbind(cbind(H, t(J)), cbind(J, matrix(0, k, k)))
    move <- solve(system, -c(slope, rest))[seq_along(x)]
    x <- x + move
    if (max(abs(move)) < 1e-11) break
  }
  stopifnot(max(abs(move)) < 1e-7, max(abs(x - best)) < .01,
            value(x) < value(best) + if (k) 1e-6 else 1e-13)
  x
}

tight_control <- list(rel.tol = 1e-15, x.tol = 1e-15, eval.max = 100000, iter.max = 100000)
fits_call <- function(one, data) {
  call <- one
  renamed <- names(call) %in% names(lavaan_names)
  names(call)[renamed] <- lavaan_names[names(call)[renamed]]
  if (isTRUE(call$ordered)) call$ordered <- lavNames(lavaanify(one$model), "ov")
  c(call, list(data = data, em.h1.tol = 1e-13, em.h1.iter.max = 100000))
}

fitted_by <- function(one, data) {
  call <- fits_call(one, data)
  fit <- suppressWarnings(do.call("sem", call))
  stopifnot(lavInspect(fit, "converged"))
  begin <- parTable(fit)
  exogenous <- lavInspect(fit, "options")$fixed.x
  x <- newton(fit)
  begin$est[begin$free > 0] <- x[begin$free[begin$free > 0]]
  there <- list(start = begin, optim.method = "none", optim.force.converged = TRUE,
                fixed.x = exogenous)
  again <- suppressWarnings(do.call("sem", c(call, there)))
  stopifnot(lavInspect(again, "npar") == lavInspect(fit, "npar"))
  again
}
rounded <- function(x) signif(as.numeric(x), 13)
parameters_of <- function(fit) {
  p <- parameterEstimates(fit, remove.system.eq = FALSE, remove.eq = FALSE, remove.ineq = FALSE)
  p <- p[!p$op %in% c("==", "<", ">"), ]
  with <- function(type) {
    s <- standardizedSolution(fit, type = type)
    s <- s[!s$op %in% c("==", "<", ">"), ]
    stopifnot(s$lhs == p$lhs, s$op == p$op, s$rhs == p$rhs)
    s
  }
  all <- with("std.all")
  list(lhs = p$lhs, op = p$op, rhs = p$rhs, group = if (is.null(p$group)) ifelse(p$op == ":=", 0, 1)
       else p$group, est = rounded(p$est), se = rounded(p$se), p = rounded(p$pvalue),
       ci_lower = rounded(p$ci.lower), ci_upper = rounded(p$ci.upper),
       std_lv = rounded(with("std.lv")$est.std), std_all = rounded(all$est.std),
       std_all_se = rounded(all$se))
}
# The baseline's variances, which lavaan finds by search too, brought to their minimum.
with_baseline <- function(fit) {
  inner <- function(name, ...) get(name, asNamespace("lavaan"))(...)
  alone <- inner("lav_object_independence", fit)
  table <- parTable(alone)
  x <- newton(alone)
  begin <- table
  begin$est[begin$free > 0] <- x
  table$start <- table$est <- table$se <- NULL
  options <- alone@Options
  options$start <- begin
  options$optim.method <- "none"
  options$optim.force.converged <- TRUE
  again <- lavaan(table, slotOptions = options, slotSampleStats = fit@SampleStats,
                  slotData = fit@Data, slotCache = fit@Cache, sloth1 = fit@h1)
  stopifnot(again@test[[1]]$df == fit@baseline$test[[1]]$df)
  fit@baseline$test <- again@test
  fit
}

# With gaps lavaan sets the means and covariances of the model against those of all pairs of answers
# for GFI, except with weights, where it takes those of the unrestricted model: so it is here.
gfi_of <- function(fit) {
  inner <- function(name, ...) get(name, asNamespace("lavaan"))(...)
  seen <- lapply(fit@SampleStats@missing.h1, function(h) c(h$mu, h$sigma[lower.tri(h$sigma, TRUE)]))
  gfi <- inner("lav_fit_gfi", seen, inner("lav_object_inspect_wls_est", fit),
               inner("lav_object_inspect_wls_v", fit), fit@SampleStats@nobs)
  nel <- length(unlist(seen)); df <- fit@test[[1]]$df
  c(gfi = gfi, agfi = inner("lav_fit_agfi", gfi, nel, df), pgfi = inner("lav_fit_pgfi", gfi, nel, df))
}

# For DWLS of numbers the baseline's correction is 1; where rounding leaves it exactly 1, lavaan
# leaves the model's out as well. Here it never does.
incremental_of <- function(found) {
  inner <- function(name, ...) get(name, asNamespace("lavaan"))(...)
  scale <- found[["chisq.scaling.factor"]]; df <- found[["df"]]
  shift <- found[["chisq.scaled"]] - found[["chisq"]] / scale
  same <- list(found[["chisq"]], df, found[["baseline.chisq"]], found[["baseline.df"]],
               c.hat = scale * (df - shift) / df, c.hat.null = 1 + 1e-15)
  names <- c("cfi", "tli", "nnfi", "rni")
  setNames(sapply(names, function(n) do.call(inner, c(paste0("lav_fit_", n), same))),
           paste0(names, ".robust"))
}

fit_of <- function(fit) {
  fit <- with_baseline(fit)
  wanted <- unclass(suppressWarnings(fitMeasures(fit)))
  more <- suppressWarnings(fitMeasures(fit, c("logl", "unrestricted.logl", "aic", "bic", "ntotal", "bic2",
                                              "scaling.factor.h1", "scaling.factor.h0")))
  found <- c(wanted, more[!names(more) %in% names(wanted)])
  if (fit@SampleStats@missing.flag) found[c("gfi", "agfi", "pgfi")] <- gfi_of(fit)
  if (fit@Options$estimator == "DWLS" && "cfi.robust" %in% names(found) && !fit@Model@categorical) {
    better <- incremental_of(found)
    found[names(better)] <- better
  }
  as.list(setNames(rounded(found), names(found)))
}
only <- commandArgs(TRUE)
fits <- list()
for (name in names(sets)) {
  if (length(only) && !name %in% only) next
  fits[[name]] <- lapply(cases[[name]], fitted_by, sets[[name]])
  found <- lapply(names(fits[[name]]), function(one) {
    fit <- fits[[name]][[one]]
    call <- cases[[name]][[one]]
    several <- names(call) %in% c("group_equal", "group_partial")
    call[several] <- lapply(call[several], I)
    list(call = call, parameters = parameters_of(fit), fit = fit_of(fit))
  })
  write(toJSON(setNames(found, names(fits[[name]])), digits = I(17), auto_unbox = TRUE, na = "null"),
        sprintf("cfa/fits_%s.json", name))
  cat(name, "\n")
}

# ---- comparisons ---------------------------------------------------------------------------
sb <- c("satorra.bentler.2001", "satorra.bentler.2010")
pairs <- list(
  list("tapwater", c("one", "ml"), "standard"),
  list("tapwater", c("one_mlr", "mlr"), sb[1]),
  list("tapwater", c("mlm", "correlated_residuals"), sb),
  list("groups", c("ml", "metric", "scalar", "strict", "all_equal"), "standard"),
  list("groups", c("metric", "partial", "scalar"), "standard"),
  list("groups", c("mlr", "scalar_mlr", "strict_mlr"), sb[1]),
  list("groups", c("mlr", "scalar_mlr"), sb[2]),
  list("groups", c("mlm", "scalar_mlm"), c(sb, "satorra.2000")),
  list("groups", c("scalar_mlr", "strict_mlr"), sb),
  list("groups", c("mlmv", "scalar_mlmv"), "satorra.2000"),
  list("groups", c("gls", "scalar_gls"), "standard"),
  list("groups", c("ordered", "ordered_metric", "ordered_partial", "ordered_scalar"), "satorra.2000"),
  list("holes", c("groups_mlr", "scalar"), sb),
  list("survey", c("bound_slack", "label"), "standard"),
  list("survey", c("bound_slack", "linear"), "standard"),
  list("survey", c("cluster_configural", "cluster_groups"), "satorra.bentler.2001"))
# lavaan's 2010 version takes the free model at the restricted estimates by their names. Where
# factor means are free in one model only, that is another place than the restricted model's: here
# the free model is fitted to what the restricted one implies, and its correction taken there.
by_hand_2010 <- function(data, free, restricted) {
  m1 <- fits[[data]][[free]]; m0 <- fits[[data]][[restricted]]
  call <- fits_call(cases[[data]][[free]], sets[[data]])
  h <- fitted(m0); if (is.null(names(h)) || "cov" %in% names(h)) h <- list(h)
  cov <- lapply(h, function(g) unclass(g$cov)); mean <- lapply(h, function(g) unclass(g$mean))
  plain <- call[!names(call) %in% c("data", "group", "estimator", "missing", "cluster")]
  there <- do.call("sem", c(plain, if (!is.null(mean[[1]])) list(sample.mean = mean), list(
    sample.cov = cov, sample.nobs = as.list(lavInspect(m0, "nobs")),
    sample.cov.rescale = FALSE, control = tight_control, optim.force.converged = TRUE)))
  stopifnot(fitMeasures(there, "fmin") < 1e-10)
  begin <- parTable(m1)
  begin$est[begin$free > 0] <- parTable(there)$est[parTable(there)$free > 0]
  m10 <- suppressWarnings(do.call("sem", c(call, list(
    start = begin, optim.method = "none", optim.force.converged = TRUE))))
  scale <- function(m) m@test[[2]]$scaling.factor
  df <- c(m1@test[[1]]$df, m0@test[[1]]$df)
  cd <- (df[2] * scale(m0) - df[1] * scale(m10)) / (df[2] - df[1])
  chi2 <- (m0@test[[1]]$stat - m1@test[[1]]$stat) / cd
  list(chi2 = chi2, p = pchisq(chi2, df[2] - df[1], lower.tail = FALSE))
}
compared <- function(pair, method) {
  those <- unname(fits[[pair[[1]]]][pair[[2]]])
  how <- c(list(model.names = pair[[2]]), if (method != "standard") list(method = method))
  found <- as.data.frame(suppressWarnings(do.call(lavTestLRT, c(those, how))))
  if (method == "satorra.bentler.2010") {
    stopifnot(nrow(found) == 2)
    better <- by_hand_2010(pair[[1]], rownames(found)[1], rownames(found)[2])
    if (grepl("scalar", rownames(found)[2])) {
      found[2, "Chisq diff"] <- better$chi2
      found[2, "Pr(>Chisq)"] <- better$p
    } else stopifnot(abs(found[2, "Chisq diff"] / better$chi2 - 1) < 1e-5)
  }
  list(data = pair[[1]], fits = pair[[2]], method = method, df = found$Df, chi2 = found$Chisq,
       chi2_difference = found[["Chisq diff"]], df_difference = found[["Df diff"]],
       p = found[["Pr(>Chisq)"]], rmsea = found$RMSEA)
}
if (!length(only)) {
  found <- do.call(c, lapply(pairs, function(pair) lapply(pair[[3]], compared, pair = pair)))
  write(toJSON(found, digits = I(15), auto_unbox = TRUE, na = "null"), "cfa/compare.json")
}

others <- if (file.exists("VERSIONS")) grep("^cfa.R:", readLines("VERSIONS"), value = TRUE,
                                            invert = TRUE)
writeLines(sort(c(others, sprintf("cfa.R: R %s, lavaan %s", getRversion(),
                                  packageVersion("lavaan")))), "VERSIONS")
