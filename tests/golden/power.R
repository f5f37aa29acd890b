# Goldens of simulation and power: Rscript power.R, from this folder.
#
# Files:
#   power/rmsea.json        findRMSEApower and findRMSEAsamplesize over a grid
#   power/populations.json  moments that lavaan's simulateData draws from, and of answers cut at
#                           thresholds, by pbivnorm
#   power/replicates.json   fits by lavaan to samples drawn here: estimate and error of a factor
#                           correlation; SRMR, RMSEA and CFI where a model is right and where not
suppressPackageStartupMessages({library(lavaan); library(semTools); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("power", showWarnings = FALSE)
save_json <- function(x, name) write_json(x, sprintf("power/%s.json", name), digits = 17,
                                          auto_unbox = TRUE, matrix = "rowmajor")

# ---- RMSEA ---------------------------------------------------------------------------------
grid <- expand.grid(rmsea0 = c(0, .05), rmsea = c(.01, .03, .08, .1), df = c(2, 13, 100),
                    n = c(50, 200, 1000), alpha = c(.01, .05), group = 1:2)
grid$power <- mapply(findRMSEApower, grid$rmsea0, grid$rmsea, grid$df, grid$n, grid$alpha,
                     grid$group)
sizes <- expand.grid(rmsea0 = c(0, .05), rmsea = c(.02, .08), df = c(5, 24, 120), power = c(.5, .8, .95),
                     group = 1:2)
sizes$n <- mapply(function(a, b, d, p, g) as.character(findRMSEAsamplesize(a, b, d, p, group = g)),
                  sizes$rmsea0, sizes$rmsea, sizes$df, sizes$power, sizes$group)
save_json(list(power = grid, sizes = sizes), "rmsea")

# ---- populations ---------------------------------------------------------------------------
moments <- function(model, ...) {
  f <- fitted(attr(simulateData(model, sample.nobs = 50, return.fit = TRUE, seed = 1, ...), "fit"))
  list(model = model, cov = unname(unclass(f$cov)), names = rownames(f$cov),
       mean = if (is.null(f$mean)) rep(0, nrow(f$cov)) else unname(as.numeric(f$mean)))
}
raw <- "f =~ .8*x1 + 1.2*x2 + -.5*x3
h =~ .7*y1 + .9*y2
f ~~ 1.5*f
h ~~ .8*h
f ~~ .3*h
x1 ~~ .5*x1
x2 ~~ .7*x2
x3 ~~ .9*x3
y1 ~~ .4*y1
y2 ~~ .6*y2
x1 ~~ .15*y1
x1 ~ 2*1
y2 ~ -.5*1
f ~ .25*1"
crossed <- "a =~ .8*x1 + .7*x2 + .6*x3
b =~ .75*x4 + .65*x5 + .5*x6 + .2*x3
c =~ .7*x7 + -.7*x8
a ~~ .4*b
a ~~ .3*c
b ~~ -.5*c"
# standardized = TRUE leaves factors that others explain with variances other than 1: none here
populations <- list(raw = moments(raw, meanstructure = TRUE),
                    crossed = moments(crossed, standardized = TRUE))
cuts <- list(c(-1.2, -.3, .4), c(-.5, 1), 0)
R <- matrix(c(1, .6, -.3, .6, 1, .2, -.3, .2, 1), 3)
S <- matrix(0, 3, 3)
for (i in 1:3) for (j in 1:3) {
  a <- cuts[[i]]; b <- cuts[[j]]
  both <- outer(a, b, Vectorize(function(u, v)
    if (i == j) pnorm(min(u, v)) else pbivnorm::pbivnorm(u, v, R[i, j])))
  S[i, j] <- sum(both - outer(pnorm(a), pnorm(b)))
}
populations$cut <- list(cuts = cuts, correlations = R, cov = S,
                        mean = sapply(cuts, function(a) 1 + sum(1 - pnorm(a))))
save_json(populations, "populations")

# ---- replicates ----------------------------------------------------------------------------
standard <- function(L, Phi, theta = diag(0, nrow(L))) {  # theta: correlations of residuals
  common <- L %*% Phi %*% t(L)
  d <- sqrt(1 - diag(common))
  common + theta * outer(d, d) + diag(d^2)
}
draw <- function(R, n) { dimnames(R) <- NULL; rWishart(1, n - 1, R)[, , 1] / (n - 1) }
fitted_to <- function(model, R, n, names) {
  S <- draw(R, n); dimnames(S) <- list(names, names)
  cfa(model, sample.cov = S, sample.nobs = n, std.lv = TRUE, check.post = FALSE)
}
measures <- c("srmr", "rmsea", "cfi")

set.seed(51)
L <- cbind(c(.7, .6, .5, .8, 0, 0, 0), c(0, 0, 0, 0, .7, .6, .5))
R <- standard(L, matrix(c(1, .3, .3, 1), 2))
two <- "f =~ x1 + x2 + x3 + x4\nh =~ y1 + y2 + y3"
names_two <- c(paste0("x", 1:4), paste0("y", 1:3))
correlation <- t(replicate(400, {
  e <- parameterEstimates(fitted_to(two, R, 150, names_two))
  unlist(e[e$lhs == "f" & e$rhs == "h", c("est", "se", "pvalue")])
}))

L3 <- matrix(0, 9, 3)
L3[cbind(1:9, rep(1:3, each = 3))] <- c(.772, .424, .581, .852, .855, .838, .570, .723, .665)
Phi <- matrix(c(1, .459, .471, .459, 1, .283, .471, .283, 1), 3)
one_more <- L3; one_more[2, 2] <- .424
two_more <- one_more; two_more[7, 2] <- .570
three <- "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\ns =~ x7 + x8 + x9"
of_three <- lapply(list(L3, one_more, two_more), function(L)
  t(replicate(300, fitMeasures(fitted_to(three, standard(L, Phi), 301, paste0("x", 1:9)), measures))))

l <- matrix(c(.602, .805, .857, .631, .345, .646))
pair <- function(...) { m <- diag(0, 6); for (k in list(...)) m[k[1], k[2]] <- m[k[2], k[1]] <- .3; m }
one <- paste("f =~", paste0("y", 1:6, collapse = " + "))
of_one <- lapply(list(pair(), pair(c(1, 5)), pair(c(1, 5), c(4, 6), c(2, 3))), function(theta)
  t(replicate(300, fitMeasures(fitted_to(one, standard(l, matrix(1), theta), 500, paste0("y", 1:6)),
                               measures))))
rounded <- function(x) lapply(x, function(m) unname(round(m, 8)))
save_json(list(correlation = unname(round(correlation, 8)), three = rounded(of_three),
               one = rounded(of_one)), "replicates")

of <- function(p) sprintf("%s %s", p, packageVersion(p))
line <- sprintf("power.R: R %s.%s, %s", R.version$major, R.version$minor,
                paste(sapply(c("lavaan", "semTools", "pbivnorm"), of), collapse = ", "))
known <- if (file.exists("VERSIONS")) readLines("VERSIONS") else character()
writeLines(sort(c(grep("^power\\.R:", known, value = TRUE, invert = TRUE), line)), "VERSIONS")
