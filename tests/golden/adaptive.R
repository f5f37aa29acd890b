# Goldens of adaptive short forms: Rscript adaptive.R, from this folder.
#
# Nothing here is shared with the Python side: no nodes, every integral over the trait is done by
# stats::integrate to 1e-10, in pieces around the posterior's mode; category probabilities
# are differences of plogis; the slope of the expected score is a difference quotient (Richardson).
#
# Files, named by rule:
#   adaptive/<set>.json   calibrated items, and for every pattern of answers (as answered, null where
#                         skipped) what was known before each item: trait, score, what every item is
#                         worth, and the item that is asked next
#   adaptive/groups.json  answers of three groups with gaps, and mean and deviation of the trait in
#                         each by optim, errors from the Hessian (differences, Richardson)
suppressPackageStartupMessages(library(jsonlite))
options(digits = 17, warn = 1)
dir.create("adaptive", showWarnings = FALSE)

above <- function(item, theta) plogis(item$slope * outer(-item$thresholds, theta, "+"))
probabilities <- function(item, theta) {  # the difference is taken in the smaller tail
  up <- rbind(1, above(item, theta), 0)
  down <- rbind(0, plogis(-item$slope * outer(-item$thresholds, theta, "+")), 1)
  ifelse(up[-1, , drop = FALSE] + up[-nrow(up), , drop = FALSE] > 1, diff(down), -diff(up))
}
item_information <- function(item, theta) {
  up <- above(item, theta); slope <- item$slope * up * (1 - up)
  change <- -diff(rbind(0, slope, 0)); P <- probabilities(item, theta)
  colSums(ifelse(P < 1e-300, 0, change^2 / P))
}
expected <- function(set, theta) {
  means <- sapply(set$items, function(item) colSums(item$values * probabilities(item, theta)))
  100 * (rowMeans(matrix(means, length(theta))) - set$minimum) / (set$maximum - set$minimum)
}
category <- function(set, item, answer) {  # an answer nobody gave lies in the category below it
  keyed <- if (item$reversed) set$minimum + set$maximum - answer else answer
  max(1, findInterval(keyed, item$values))
}
density <- function(set, told) function(theta) {
  like <- dnorm(theta)
  for (j in seq_along(told)) if (!is.na(told[j]))
    like <- like * probabilities(set$items[[j]], theta)[category(set, set$items[[j]], told[j]), ]
  like
}
mean_over <- function(set, told) {
  raw <- density(set, told)
  grid <- seq(-6, 6, .01); mode <- grid[which.max(raw(grid))]
  f <- function(theta) raw(theta) / raw(mode)
  cuts <- mode + c(-10, -6, -3, -1.5, -.75, -.3, 0, .3, .75, 1.5, 3, 6, 10)
  whole <- function(g) sum(mapply(function(a, b)
    integrate(g, a, b, rel.tol = 1e-10, abs.tol = 1e-13, subdivisions = 1000)$value, head(cuts, -1), cuts[-1]))
  size <- whole(f)
  function(g) whole(function(theta) g(theta) / size * f(theta))
}
state <- function(set, told, asked) {
  over <- mean_over(set, told)
  theta <- over(function(t) t)
  score <- over(function(t) expected(set, t))
  worth <- sapply(set$items, function(item) over(function(t) item_information(item, t)))
  left <- setdiff(seq_along(set$items), asked)
  list(theta = theta, error = sqrt(over(function(t) (t - theta)^2)),
       score = score, score_error = sqrt(over(function(t) (expected(set, t) - score)^2)),
       worth = worth, item = if (length(left)) left[which.max(worth[left])] - 1 else NA)
}
path <- function(set, answers) {
  told <- rep(NA, length(set$items)); asked <- c(); states <- list()
  repeat {
    now <- state(set, told, asked); states <- c(states, list(now))
    if (is.na(now$item)) break
    asked <- c(asked, now$item + 1); told[now$item + 1] <- answers[now$item + 1]
  }
  list(answers = answers, theta = sapply(states, `[[`, "theta"), error = sapply(states, `[[`, "error"),
       score = sapply(states, `[[`, "score"), score_error = sapply(states, `[[`, "score_error"),
       worth = t(sapply(states, `[[`, "worth")), order = asked - 1)
}
slope_of_score <- function(set, theta, h = 1e-3) {
  wide <- (expected(set, theta + h) - expected(set, theta - h)) / (2 * h)
  (4 * (expected(set, theta + h / 2) - expected(set, theta - h / 2)) / h - wide) / 3
}

item <- function(slope, thresholds, values, reversed = FALSE)
  list(slope = slope, thresholds = thresholds, values = values, reversed = reversed)
sets <- list(
  seven = list(minimum = 1, maximum = 7, items = list(
    item(2.4, c(-1.9, -1.2, -.6, .1, .8, 1.6), 1:7), item(1.1, c(-2.5, -1.1, -.2, .9, 1.7, 2.9), 1:7, TRUE),
    item(3.3, c(-1, -.7, -.4, 0, .4, 1.1), 1:7), item(1.8, c(-3, -2.4, -1.9, -1.4, -.9, -.3), 1:7),
    item(2.0, c(.2, .7, 1.1, 1.5, 2, 2.6), 1:7, TRUE), item(.6, c(-3.5, -2, -.7, .6, 2, 3.6), 1:7))),
  uneven = list(minimum = 0, maximum = 4, items = list(
    item(1.7, c(-1.5, -.2, .9, 2.2), 0:4), item(2.9, c(-.8, .3, 1.2), c(0, 1, 3, 4)),
    item(1.2, .4, c(1, 3), TRUE), item(2.2, c(-1.1, .6), c(1, 2, 3)))))

set.seed(20240601)
for (name in names(sets)) {
  set <- sets[[name]]; p <- length(set$items); ends <- c(set$minimum, set$maximum)
  patterns <- rbind(rep(ends[1], p), rep(ends[2], p), NA,
                    matrix(sample(seq(ends[1], ends[2]), 9 * p, TRUE), 9))
  patterns[sample(4:9, 3), sample(p, 1)] <- NA
  theta <- seq(-4, 4, .5)
  write(toJSON(list(
    minimum = set$minimum, maximum = set$maximum,
    items = lapply(set$items, function(x) { x$thresholds <- I(x$thresholds); x$values <- I(x$values); x }),
    paths = lapply(seq_len(nrow(patterns)), function(k) path(set, patterns[k, ])),
    curve = list(theta = theta, score = expected(set, theta), slope = slope_of_score(set, theta))
  ), digits = I(17), auto_unbox = TRUE, na = "null"), sprintf("adaptive/%s.json", name))
}

# ---- groups: the trait normal in each, items as calibrated ---------------------------------------
set.seed(20240602)
set <- sets$seven; nodes <- seq(-12, 12, length.out = 4001)
draw <- function(n, mean, sd) {
  theta <- rnorm(n, mean, sd)
  x <- sapply(set$items, function(item) {
    value <- 1 + rowSums(plogis(item$slope * outer(theta, item$thresholds, "-")) > runif(n))
    if (item$reversed) 8 - value else value
  })
  x[matrix(runif(length(x)) < .35, n)] <- NA
  x
}
likelihoods <- function(x) {
  L <- matrix(1, nrow(x), length(nodes))
  for (j in seq_along(set$items)) {
    P <- probabilities(set$items[[j]], nodes)
    for (i in which(!is.na(x[, j]))) L[i, ] <- L[i, ] * P[category(set, set$items[[j]], x[i, j]), ]
  }
  L
}
hessian <- function(f, v, h = 1e-3) {
  second <- function(i, j, h) {
    a <- replace(c(0, 0), i, h); b <- replace(c(0, 0), j, h)
    (f(v + a + b) - f(v + a - b) - f(v - a + b) + f(v - a - b)) / (4 * h^2)
  }
  outer(1:2, 1:2, Vectorize(function(i, j) (4 * second(i, j, h / 2) - second(i, j, h)) / 3))
}
place <- function(x) {
  told <- rowSums(!is.na(x)) > 0; L <- likelihoods(x[told, ])
  minus <- function(v) {
    w <- dnorm(nodes, v[1], exp(v[2])); -sum(log(L %*% (w / sum(w))))
  }
  o <- optim(c(0, 0), minus, method = "BFGS", control = list(reltol = 1e-15, maxit = 1000, ndeps = c(1e-5, 1e-5)))
  v <- o$par
  V <- solve(hessian(minus, v))
  score <- function(v) { w <- dnorm(nodes, v[1], exp(v[2])); sum(w * expected(set, nodes)) / sum(w) }
  by <- sapply(1:2, function(i) { e <- replace(c(0, 0), i, 1e-4); (score(v + e) - score(v - e)) / 2e-4 })
  list(n = sum(told), mean = v[1], deviation = exp(v[2]), error = sqrt(V[1, 1]), score = score(v),
       score_error = sqrt(drop(by %*% V %*% by)))
}
answers <- list(east = draw(260, .6, .8), north = draw(180, -.4, 1.2), west = draw(12, 0, 1))
write(toJSON(list(answers = answers, found = lapply(answers[1:2], place)), digits = I(17), auto_unbox = TRUE,
             na = "null"), "adaptive/groups.json")
