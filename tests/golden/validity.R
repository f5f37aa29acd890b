# Goldens of validity: Rscript validity.R, from this folder.
#
# Simulated answers of 220 people to nine items of five categories, and what semTools says of them.
suppressPackageStartupMessages({library(lavaan); library(semTools); library(jsonlite)})
dir.create("validity", showWarnings = FALSE)
set.seed(20261122)
n <- 220
loadings <- matrix(0, 9, 3); loadings[1:3, 1] <- c(.8, .7, .6); loadings[4:6, 2] <- .75
loadings[7:9, 3] <- c(.7, .8, .5)
phi <- matrix(c(1, .6, .4, .6, 1, .5, .4, .5, 1), 3)
scores <- matrix(rnorm(n * 3), n) %*% chol(phi)
noise <- matrix(rnorm(n * 9), n) %*% diag(sqrt(1 - rowSums(loadings^2)))
answers <- as.data.frame(apply(scores %*% t(loadings) + noise, 2, function(x)
  as.integer(cut(x, c(-Inf, -1.3, -.4, .5, 1.4, Inf)))))
names(answers) <- paste0("x", 1:9)
answers$country <- rep(c("north", "south"), c(120, 100))
write.csv(answers, "validity/answers.csv", row.names = FALSE, quote = FALSE)

model <- "a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6\nc =~ x7 + x8 + x9"
# lavaan's default search stops some 1e-6 short of the minimum; this one comes within 1e-8.
settled <- function(model, ...) suppressWarnings(cfa(model, answers, optim.method = "BFGS",
  control = list(reltol = 1e-18, maxit = 20000), ...))
fits <- list(
  plain = settled(model),
  crossed = settled(paste(model, "+ x1\nx4 ~~ x7")),
  ordered = settled(model, ordered = paste0("x", 1:9)),
  groups = settled(model, group = "country"))
second <- settled(paste(model, "\ng =~ a + b + c"))
values <- function(x) if (is.data.frame(x)) as.list(x[names(x) != "group"]) else as.list(unclass(x))
found <- lapply(fits, function(fit) list(
  reliability = values(compRelSEM(fit)),
  reliability_implied = values(compRelSEM(fit, obs.var = FALSE)),
  extracted = values(AVE(fit)),
  extracted_implied = values(AVE(fit, obs.var = FALSE))))
found$second <- list(reliability = values(compRelSEM(second, higher = "g")))
plain_matrix <- function(x) unname(matrix(as.numeric(x), nrow(x)))
found$htmt <- list(
  htmt2 = plain_matrix(htmt(model, answers)),
  htmt = plain_matrix(htmt(model, answers, htmt2 = FALSE)),
  ordered = plain_matrix(htmt(model, answers, ordered = paste0("x", 1:9))))
write(toJSON(found, digits = I(17), auto_unbox = TRUE, na = "null"), "validity/validity.json")
