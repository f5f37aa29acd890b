# Goldens of consistency and person fit: Rscript consistency.R, from this folder. The packages
# careless, PerFit and mirt are not needed; what they compute is written out.
#
# Files in consistency/, named by rule <what>_<data>:
#   answers_<data>.csv   input: simulated answers before reversal, NA for missing (tapwater is read
#                        where it lies)
#   indices_<data>.csv   even-odd, synonyms, antonyms; Guttman errors by counting pairs of steps, and
#                        the most there can be, over all patterns of a scale
#   cuts_<data>.json     pairs of items, cut of the Guttman errors, wilcox.test of careless and usable
#   lz.json              parameters of a graded model and l_z
suppressPackageStartupMessages(library(jsonlite))
options(digits = 17, warn = 1)
dir.create("consistency", showWarnings = FALSE)

save_json <- function(x, name)
  write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null"),
        file.path("consistency", paste0(name, ".json")))
save_csv <- function(x, name)
  write.csv(format(x, digits = 17, trim = TRUE), file.path("consistency", paste0(name, ".csv")),
            quote = FALSE, row.names = FALSE)

# ---- data ----------------------------------------------------------------------------------------
set.seed(20240614)
n <- 160
traits <- matrix(rnorm(n * 4), n) %*% chol(diag(.6, 4) + .4)
many <- sapply(1:16, function(j) {
  x <- 3 + 1.1 * traits[, (j + 3) %/% 4] + rnorm(n, sd = .55) + (j %% 4 - 1.5) / 3
  pmin(5, pmax(1, round(if (j %% 4 == 0) 6 - x else x)))
})
many[141:160, ] <- sample(5, 20 * 16, TRUE)                    # careless
many[139, ] <- 3; many[140, ] <- rep(1:4, 4)                    # one answer throughout; a pattern
many[cbind(c(1, 1, 2, 3, 3, 3, 150), c(1, 5, 9, 2, 6, 11, 4))] <- NA
many <- as.data.frame(many); names(many) <- sprintf("q%02d", 1:16)

raw <- read.csv("../../survey_app/demo/tapwater_involvement.csv", na.strings = "NA")[-1, ]
pii <- sprintf("p%02d", 1:10)
water <- as.data.frame(lapply(raw[pii], as.numeric))
answered <- rowSums(!is.na(water)) > 0
finished <- is.na(raw$term)

sets <- list(
  many = list(x = many, low = 1, high = 5, turned = names(many)[c(4, 8, 12, 16)],
              scales = split(names(many), rep(1:4, each = 4)),
              usable = seq_len(n) <= 140, careless = seq_len(n) > 140),
  tapwater = list(x = water, low = 1, high = 7, turned = c("p01", "p02", "p07", "p08", "p09", "p10"),
                  scales = list(pii[1:5], pii[6:10]), usable = finished & answered,
                  careless = raw$term %in% "attention"))

# ---- indices -------------------------------------------------------------------------------------
agree <- function(a, b) {
  ok <- !is.na(a) & !is.na(b)
  if (sum(ok) < 3 || sd(a[ok]) == 0 || sd(b[ok]) == 0) NA else cor(a[ok], b[ok])
}
even_odd <- function(k, scales) apply(k, 1, function(v) {
  halves <- sapply(scales, function(s) { i <- seq_along(s)
    c(mean(v[s[i %% 2 == 1]]), mean(v[s[i %% 2 == 0]])) })
  r <- agree(halves[1, ], halves[2, ])
  max(2 * r / (1 + r), -1)
})
pairs_of <- function(x, rows, anto) {
  r <- cor(na.omit(x[rows, ])); if (anto) r <- -r
  which(upper.tri(r) & r >= .6, arr.ind = TRUE)
}
over_pairs <- function(x, pairs) if (nrow(pairs) < 3) rep(NA, nrow(x)) else
  apply(x, 1, function(v) agree(v[pairs[, 1]], v[pairs[, 2]]))

count_errors <- function(steps, hard)                         # pairs: easier failed, harder taken
  sum(outer(which(steps == 0), which(steps == 1), function(i, j)
    (hard[i] < hard[j]) + (hard[i] == hard[j]) / 2))
guttman <- function(k, low, high, rows) {
  m <- high - low
  known <- na.omit(k[rows, ]) - low
  hard <- as.vector(sapply(seq_along(known), function(j) -sapply(1:m, function(s) mean(known[[j]] >= s))))
  steps_of <- function(v) as.vector(sapply(v, function(a) as.integer(seq_len(m) <= a)))
  patterns <- as.matrix(expand.grid(rep(list(0:m), ncol(k))))
  patterns <- patterns[sample(nrow(patterns)), ]
  total <- rowSums(patterns)
  place <- rank(hard)                                           # the same count as a sum of places
  cost <- apply(patterns, 1, function(v) sum(place[steps_of(v) == 1])) - total * (total + 1) / 2
  some <- sample(nrow(patterns), 200)
  stopifnot(all.equal(cost[some], apply(patterns[some, ], 1, function(v) count_errors(steps_of(v), hard))))
  most <- tapply(cost, total, max)
  stopifnot(min(cost) > -1e-9)
  t(apply(k - low, 1, function(v) if (anyNA(v)) c(NA, NA) else
    c(count_errors(steps_of(v), hard), most[[as.character(sum(v))]])))
}

for (name in names(sets)) {
  s <- sets[[name]]
  k <- s$x; k[s$turned] <- s$low + s$high - k[s$turned]
  same <- pairs_of(s$x, s$usable, FALSE); opposed <- pairs_of(s$x, s$usable, TRUE)
  found <- lapply(s$scales, function(i) guttman(k[i], s$low, s$high, s$usable))
  errors <- rowSums(sapply(found, function(g) ifelse(is.na(g[, 1]), 0, g[, 1])))
  most <- rowSums(sapply(found, function(g) ifelse(is.na(g[, 2]), 0, g[, 2])))
  index <- data.frame(
    even_odd = if (length(s$scales) < 3) NA else even_odd(k, s$scales),
    synonyms = over_pairs(s$x, same), antonyms = over_pairs(s$x, opposed),
    errors_1 = found[[1]][, 1], most_1 = found[[1]][, 2],
    guttman = ifelse(most > 0, errors / most, NA))
  if (name != "tapwater") save_csv(s$x, paste0("answers_", name))
  save_csv(index, paste0("indices_", name))
  q <- quantile(index$guttman[s$usable], c(.25, .75), na.rm = TRUE)
  area <- function(v, sign) {
    v <- round(v, 10)                             # the same value in other last digits is a tie
    a <- sign * v[s$careless & !is.na(v)]; b <- sign * v[s$usable & !is.na(v)]
    if (length(a)) wilcox.test(a, b, exact = FALSE)$statistic[[1]] / length(a) / length(b) else NA
  }
  label <- function(p) if (nrow(p)) paste(names(s$x)[p[, 1]], names(s$x)[p[, 2]]) else character()
  save_json(list(synonyms = I(sort(label(same))), antonyms = I(sort(label(opposed))),
                 guttman_cut = q[[2]] + 1.5 * (q[[2]] - q[[1]]),
                 auc = list(even_odd = area(index$even_odd, -1), synonyms = area(index$synonyms, -1),
                            antonyms = area(index$antonyms, 1), guttman = area(index$guttman, 1))),
            paste0("cuts_", name))
}

# ---- l_z -----------------------------------------------------------------------------------------
a <- c(1.2, .8, 2, 1.5)
b <- rbind(c(-1.5, -.5, .4, 1.6), c(-2, -1, 0, NA), c(-.8, 0, .7, 1.4), c(-2.2, -.2, .1, 2))
d <- -a * b
k <- many[1:4]; k[4] <- 6 - k[4]; k[[2]] <- pmin(k[[2]], 4)
chance <- function(theta, j) {
  reached <- c(1, plogis(a[j] * theta + d[j, !is.na(d[j, ])]), 0)
  -diff(reached)
}
nodes <- seq(-5, 5, length.out = 81)
lz <- apply(k, 1, function(v) {
  told <- which(!is.na(v))
  logs <- sapply(nodes, function(t) sum(sapply(told, function(j) log(chance(t, j)[v[j]])))) - nodes^2 / 2
  w <- exp(logs - max(logs)); theta <- sum(w * nodes) / sum(w)
  terms <- sapply(told, function(j) {
    p <- chance(theta, j); e <- sum(p * log(p))
    c(log(p[v[j]]) - e, sum(p * log(p)^2) - e^2)
  })
  c(theta, sum(terms[1, ]) / sqrt(sum(terms[2, ])))
})
save_json(list(slopes = a, intercepts = d, theta = lz[1, ], lz = lz[2, ]), "lz")

kept <- if (file.exists("VERSIONS")) grep("^consistency.R:", readLines("VERSIONS"), value = TRUE, invert = TRUE)
writeLines(sort(c(kept, paste0("consistency.R: R ", getRversion()))), "VERSIONS")
