# Goldens of measurement invariance: Rscript invariance.R, from this folder.
#
# Files, named by rule:
#   invariance/answers_<data>.csv   simulated answers, empty for missing
#   invariance/ladders.json         by case: the call, and of each level group.equal, group.partial,
#                                   fitMeasures, lavTestLRT against the level before, latent means
#   invariance/scores_<case>.json   lavTestScore: univariate, all groups of a parameter together,
#                                   expected changes
#   invariance/ordinal.json         levels of semTools::measEq.syntax, Wu & Estabrook 2016
#   invariance/waves.json           the same items at three waves, lavaan syntax written out
#
# lavaan's search stops 1e-6 short of the minimum: here it begins again from where it ended, with
# smaller and smaller rel.tol, until rounding stops it, which it reports as no convergence (hence
# optim.force.converged).
suppressPackageStartupMessages({library(lavaan); library(semTools); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("invariance", showWarnings = FALSE)
save_json <- function(x, name) {
  writeLines(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null", pretty = FALSE),
             file.path("invariance", paste0(name, ".json")), useBytes = TRUE)
}
fitted_tightly <- function(model, data, ...) {
  best <- suppressWarnings(cfa(model, data, ...))
  for (tolerance in 10^-(10:15)) {
    more <- try(suppressWarnings(cfa(model, data, ..., start = best,
      control = list(rel.tol = tolerance, eval.max = 50000, iter.max = 50000),
      optim.force.converged = TRUE)), silent = TRUE)
    if (inherits(more, "try-error") || is.na(fitMeasures(more, "chisq"))) break
    best <- more
  }
  best
}

# ---- data ----------------------------------------------------------------------------------
related <- function(k, r) matrix(r, k, k) + diag(1 - r, k)
factors <- function(n, k, r = .5) matrix(rnorm(n * k), n) %*% chol(related(k, r))
of3 <- c(1, 1, 1, 1, 2, 2, 2, 3, 3, 3)
cut_at <- function(z, limits) array(findInterval(z, limits) + 1, dim(z), dimnames(z))
answers <- function(eta, of, loadings, shift = 0) {
  z <- sapply(seq_along(of), function(j) loadings[j] * eta[, of[j]] + .6 * rnorm(nrow(eta)))
  z <- sweep(z, 2, shift, "+")
  colnames(z) <- sprintf("x%d", seq_along(of))
  z
}
ten <- c(.8, .7, .9, .75, .7, .8, .65, .8, .7, .75)

set.seed(41)  # four groups, another loading of x3 in c and another intercept of x6 in b
four <- do.call(rbind, lapply(1:4, function(g) {
  load <- ten; load[3] <- load[3] - .45 * (g == 3)
  shift <- rep(0, 10); shift[6] <- .7 * (g == 2)
  eta <- factors(c(260, 220, 240, 200)[g], 3) * c(1, 1.1, .9, 1.2)[g] + (g - 2) * .2
  z <- answers(eta, of3, load, shift)
  data.frame(cut_at(z, c(-1.8, -1.1, -.4, .3, 1, 1.7)), g = c("a", "b", "c", "d")[g])
}))
four <- four[order(match(four$g, c("b", "d", "a", "c"))), ]

set.seed(42)  # two small groups, one factor
small <- do.call(rbind, lapply(1:2, function(g) {
  z <- answers(factors(c(62, 55)[g], 1) + .4 * (g == 2), rep(1, 5), c(.8, .7, .9, .75, .6))
  data.frame(round(z, 3), g = c("old", "new")[g])
}))

set.seed(43)  # two languages, a tenth missing
holes <- do.call(rbind, lapply(1:2, function(g) {
  z <- answers(factors(c(320, 280)[g], 2) + .3 * (g == 2), rep(1:2, each = 4), ten[1:8],
               c(0, 0, 0, .5 * (g == 2), 0, 0, 0, 0))
  data.frame(cut_at(z, c(-1.2, -.4, .4, 1.2)), g = c("en", "ru")[g])
}))
for (j in 1:8) holes[runif(nrow(holes)) < .1, j] <- NA

set.seed(44)  # two brands, each rated three times by respondents of its own
who <- rep(1:140, each = 3)
brands <- data.frame(round(answers(.7 * factors(140, 2)[who, ] + .7 * factors(420, 2) +
                                     .3 * (who > 65), rep(1:2, each = 3), ten[1:6]), 3),
                     brand = c("p", "q")[1 + (who > 65)], who = who)

set.seed(45)  # three groups, four ordered categories, x5 cut elsewhere in group r
graded <- do.call(rbind, lapply(1:3, function(g) {
  z <- answers(factors(c(400, 350, 450)[g], 2) * c(1, 1.2, .9)[g] + c(0, .3, -.2)[g],
               rep(1:2, each = 3), ten[1:6])
  x <- cut_at(z, c(-.9, 0, .8))
  if (g == 3) x[, 5] <- findInterval(z[, 5], c(-.9, .5, .8)) + 1
  data.frame(x, g = c("p", "q", "r")[g])
}))

set.seed(46)  # two groups, two categories
binary <- do.call(rbind, lapply(1:2, function(g) {
  z <- answers(factors(c(500, 450)[g], 1) * c(1, 1.2)[g] + c(0, .3)[g], rep(1, 6), ten[1:6])
  data.frame(1 * (z > .2), g = c("p", "q")[g])
}))

set.seed(47)  # two groups, items of two, three and five categories
mixed <- do.call(rbind, lapply(1:2, function(g) {
  z <- answers(factors(c(420, 380)[g], 1) * c(1, 1.1)[g] + c(0, .25)[g], rep(1, 6), ten[1:6])
  x <- cut_at(z, c(-.5, .5))
  x[, 1] <- 1 * (z[, 1] > 0)
  x[, 4:6] <- cut_at(z[, 4:6], c(-1, -.3, .3, 1))
  data.frame(x, g = c("p", "q")[g])
}))

set.seed(48)  # two factors at three waves, u2 drifts at wave 3, some gaps
n <- 350
trait <- matrix(rnorm(n * 2), n) %*% chol(related(2, .5))
item_of <- function(w) {
  eta <- .7 * trait + .7 * factors(n, 2, .4) + .15 * (w - 1)
  z <- sapply(1:6, function(j) ten[j] * eta[, (j > 3) + 1] + .4 * unique_part[, j] + .5 * rnorm(n))
  z[, 2] <- z[, 2] + .4 * (w == 3)
  colnames(z) <- sprintf("u%d_w%d", 1:6, w)
  z
}
unique_part <- matrix(rnorm(n * 6), n)
waves <- data.frame(round(cbind(item_of(1), item_of(2), item_of(3)), 3))
gaps <- waves
gaps[runif(n) < .15, 13:18] <- NA
for (j in 1:18) gaps[runif(n) < .03, j] <- NA

sets <- list(four = four, small = small, holes = holes, brands = brands, graded = graded,
             binary = binary, mixed = mixed, waves = waves, gaps = gaps)
for (name in names(sets))
  write.csv(sets[[name]], sprintf("invariance/answers_%s.csv", name), row.names = FALSE,
            quote = FALSE, na = "")

# ---- ladders -------------------------------------------------------------------------------
by <- function(factor, items) paste(factor, "=~", paste(items, collapse = " + "))
x <- function(from, to) sprintf("x%d", from:to)
three <- paste(by("a", x(1, 4)), by("b", x(5, 7)), by("c", x(8, 10)), sep = "\n")
one <- by("f", x(1, 5))
two <- paste(by("f", x(1, 4)), by("h", x(5, 8)), sep = "\n")
two_six <- paste(by("f", x(1, 3)), by("h", x(4, 6)), sep = "\n")
cross <- "a =~ x1 + x2 + x3 + x4 + x5\nb =~ x5 + x6 + x7\nc =~ x8 + x9 + x10\nx1 ~~ x2"
higher <- paste(three, "total =~ a + b + c", "a ~ 0*1", "b ~ 0*1", "c ~ 0*1", sep = "\n")
scalar <- c("loadings", "intercepts")
levels_of <- list(configural = "", metric = "loadings", scalar = scalar,
                  strict = c(scalar, "residuals"))
cases <- list(
  four_ml = list(data = "four", model = three, group = "g", estimator = "ML"),
  four_mlr = list(data = "four", model = three, group = "g", estimator = "MLR"),
  four_mlm = list(data = "four", model = three, group = "g", estimator = "MLM"),
  four_cross = list(data = "four", model = cross, group = "g", estimator = "ML"),
  four_higher = list(data = "four", model = higher, group = "g", estimator = "ML"),
  four_partial = list(data = "four", model = three, group = "g", estimator = "ML",
                      partial = c("a=~x3", "x3~1", "x6~1")),
  small_ml = list(data = "small", model = one, group = "g", estimator = "ML"),
  holes_fiml = list(data = "holes", model = two, group = "g", estimator = "MLR", missing = "fiml"),
  brands_cluster = list(data = "brands", model = two_six, group = "brand", estimator = "MLR",
                        cluster = "who"))
wanted <- c("chisq", "df", "pvalue", "chisq.scaled", "pvalue.scaled", "cfi", "rmsea", "srmr", "tli",
            "cfi.scaled", "rmsea.scaled", "cfi.robust", "rmsea.robust", "aic", "bic")
measures <- function(fit) {
  found <- fitMeasures(fit)
  as.list(unclass(found[intersect(wanted, names(found))]))
}
means_of <- function(fit) {
  found <- parameterEstimates(fit)
  latent <- lavNames(fit, "lv")
  found <- found[found$op == "~1" & found$lhs %in% latent & found$se > 0, ]
  lapply(seq_len(nrow(found)), function(i) as.list(found[i, intersect(
    c("lhs", "group", "est", "se", "ci.lower", "ci.upper"), names(found))]))
}
difference <- function(small, large) {
  found <- as.data.frame(lavTestLRT(large, small))
  list(chi2 = found[2, "Chisq diff"], df = found[2, "Df diff"], p = found[2, "Pr(>Chisq)"])
}
fit_case <- function(case, equal) {
  extra <- case[intersect(names(case), c("missing", "cluster"))]
  do.call(fitted_tightly, c(list(case$model, sets[[case$data]], group = case$group,
    estimator = case$estimator, std.lv = TRUE, group.equal = equal,
    group.partial = if (is.null(case$partial)) "" else case$partial), extra))
}
fits <- lapply(cases, function(case) lapply(levels_of, function(e) fit_case(case, e)))
ladders <- lapply(names(cases), function(name) {
  found <- fits[[name]]
  found_levels <- lapply(seq_along(found), function(k) list(
    measures = measures(found[[k]]), means = means_of(found[[k]]),
    difference = if (k > 1) difference(found[[k]], found[[k - 1]])))
  list(call = cases[[name]], levels = setNames(found_levels, names(found)))
})
save_json(setNames(ladders, names(cases)), "ladders")

# ---- score tests ---------------------------------------------------------------------------
score_tests <- function(fit) {
  table <- parTable(fit)
  label <- function(p) {
    row <- table[match(p, table$plabel), ]
    list(name = paste0(row$lhs, row$op, row$rhs), group = row$group)
  }
  uni <- suppressWarnings(lavTestScore(fit)$uni)
  equal <- table[table$op == "==", ]
  firsts <- unique(equal$lhs)
  of_first <- lapply(firsts, function(p) which(equal$lhs == p))
  together <- lapply(of_first, function(k) suppressWarnings(lavTestScore(fit, release = k)$test))
  changes <- vapply(seq_len(nrow(uni)), function(k) {
    found <- suppressWarnings(lavTestScore(fit, release = k, epc = TRUE)$epc)
    found$epc[match(equal$rhs[k], found$plabel)] - found$epc[match(equal$lhs[k], found$plabel)]
  }, 0)
  list(
    by_group = lapply(seq_len(nrow(uni)), function(k) c(label(equal$rhs[k]), list(
      chi2 = uni$X2[k], epc = changes[k]))),
    by_parameter = lapply(seq_along(firsts), function(k) c(label(firsts[k]), list(
      chi2 = together[[k]]$X2, df = together[[k]]$df))))
}
for (name in c("four_ml", "small_ml", "holes_fiml"))
  save_json(list(metric = score_tests(fits[[name]]$metric), scalar = score_tests(fits[[name]]$scalar),
                 strict = score_tests(fits[[name]]$strict)), paste0("scores_", name))

# ---- ordered answers -----------------------------------------------------------------------
ordinal_levels <- list(
  configural = "", thresholds = "thresholds", metric = c("thresholds", "loadings"),
  scalar = c("thresholds", "loadings", "intercepts"),
  strict = c("thresholds", "loadings", "intercepts", "residuals"))
ordinal_cases <- list(
  graded = list(model = two_six, levels = names(ordinal_levels)),
  binary = list(model = by("f", x(1, 6)), levels = c("configural", "scalar", "strict")),
  mixed = list(model = by("f", x(1, 6)), levels = names(ordinal_levels)))
ordinal_fit <- function(name, level) {
  case <- ordinal_cases[[name]]
  data <- sets[[name]]
  names_of <- grep("^x", names(data), value = TRUE)
  how <- if (level == "strict") "theta" else "delta"
  syntax <- as.character(measEq.syntax(case$model, data = data, ordered = names_of, group = "g",
    ID.cat = "Wu.Estabrook.2016", ID.fac = "std.lv", parameterization = how,
    group.equal = ordinal_levels[[level]],
    group.partial = if (name == "mixed" && level == "metric") "f =~ x1" else ""))
  fitted_tightly(syntax, data, group = "g", ordered = names_of, parameterization = how,
                 estimator = "WLSMV")
}
ordinal <- lapply(names(ordinal_cases), function(name) {
  case <- ordinal_cases[[name]]
  found <- lapply(case$levels, function(level) ordinal_fit(name, level))
  found_levels <- lapply(seq_along(found), function(k) list(
    measures = measures(found[[k]]), means = means_of(found[[k]]),
    difference = if (k > 1 && fitMeasures(found[[k]], "df") > fitMeasures(found[[k - 1]], "df") &&
                     case$levels[k] != "strict") difference(found[[k]], found[[k - 1]])))
  list(model = case$model, levels = setNames(found_levels, case$levels))
})
save_json(setNames(ordinal, names(ordinal_cases)), "ordinal")
for (level in c("thresholds", "metric"))
  save_json(score_tests(ordinal_fit("graded", level)), paste0("scores_graded_", level))

# ---- waves ---------------------------------------------------------------------------------
wave_model <- function(level, partial = character(0)) {
  lines <- character(0)
  first <- function(w) w == 1
  held <- function(what) switch(what, l = level != "configural", i = level %in% c("scalar", "strict"),
                                r = level == "strict")
  label <- function(what, item, w) {
    if (held(what) && !(paste0(what, item) %in% partial)) sprintf("%s%d*", what, item) else ""
  }
  for (w in 1:3) for (f in 1:2) {
    items <- if (f == 1) 1:3 else 4:6
    terms <- vapply(items, function(j) sprintf("NA*u%d_w%d + %su%d_w%d", j, w,
      label("l", j, w), j, w), "")
    lines <- c(lines, sprintf("%s_w%d =~ %s", c("f", "h")[f], w, paste(terms, collapse = " + ")))
    lines <- c(lines, sprintf("%s_w%d ~~ %s*%s_w%d", c("f", "h")[f], w,
      if (first(w) || !held("l")) "1" else "NA", c("f", "h")[f], w))
    lines <- c(lines, sprintf("%s_w%d ~ %s*1", c("f", "h")[f], w,
      if (first(w) || !held("i")) "0" else "NA"))
  }
  for (j in 1:6) for (w in 1:3) {
    lines <- c(lines, sprintf("u%d_w%d ~ %s1", j, w, label("i", j, w)))
    lines <- c(lines, sprintf("u%d_w%d ~~ %su%d_w%d", j, w, label("r", j, w), j, w))
    if (w < 3) for (v in (w + 1):3) lines <- c(lines, sprintf("u%d_w%d ~~ u%d_w%d", j, w, j, v))
  }
  paste(lines, collapse = "\n")
}
wave_case <- function(data, estimator, missing, partial = character(0)) {
  found <- lapply(names(levels_of), function(level) fitted_tightly(wave_model(level, partial), data,
    estimator = estimator, missing = missing, meanstructure = TRUE))
  found_levels <- lapply(seq_along(found), function(k) list(
    measures = measures(found[[k]]), means = means_of(found[[k]]),
    difference = if (k > 1) difference(found[[k]], found[[k - 1]])))
  list(estimator = estimator, missing = missing, partial = I(partial),
       levels = setNames(found_levels, names(levels_of)))
}
save_json(list(
  ml = wave_case(waves, "ML", "listwise"),
  mlr = wave_case(waves, "MLR", "listwise"),
  partial = wave_case(waves, "ML", "listwise", "i2"),
  fiml = wave_case(gaps, "MLR", "fiml")), "waves")
