# Goldens of means where the same people rated several brands: Rscript clusters.R, from this folder.
#
# Files in clusters/: study.csv, 130 people who rated one or two of four brands by four items (1-7);
# panel.csv, people asked in two waves, some twice about a brand; <data>.json, what R finds:
#   study   scores 0-100: clubSandwich CR2 of group means with the groups' own variances as working
#           model, Satterthwaite's degrees of freedom, ptukey over pairs, HTZ; ICC(1) written out
#   items   the first item of the same people, in points of the response format
#   panel   the overall mean with several values a person; t.test(paired = TRUE) of the same people
suppressPackageStartupMessages({library(clubSandwich); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("clusters", showWarnings = FALSE)
save_json <- function(x, name)
  write(toJSON(x, digits = I(17), auto_unbox = TRUE, na = "null", dataframe = "columns"),
        file.path("clusters", paste0(name, ".json")))

set.seed(20240711)
brands <- c("east", "north", "south", "west")
taste <- c(east = -.3, north = 0, south = .5, west = .2); width <- c(east = 1, north = .7, south = 1.4, west = 1)
study <- do.call(rbind, lapply(1:130, function(p) {
  rated <- sort(sample(brands, sample(1:2, 1, prob = c(.2, .8)))); person <- rnorm(1)
  trait <- taste[rated] + .8 * person + .8 * width[rated] * rnorm(length(rated))
  items <- sapply(c(0, .3, -.2, .1), function(ease)
    pmin(7, pmax(1, round(4 + 1.1 * trait + ease + rnorm(length(rated), sd = .9)))))
  data.frame(person = p, brand = rated, matrix(items, length(rated)))
}))
names(study)[3:6] <- paste0("g", 1:4)
write.csv(study, "clusters/study.csv", row.names = FALSE, quote = FALSE)

one <- function(fit, V, L) {          # estimate, error, df, t interval, p; linear_contrast() of 0.5.8 fails
  gap <- sum(L * coef(fit)); se <- sqrt(drop(L %*% as.matrix(V) %*% L))
  df <- if (length(L) > 1) Wald_test(fit, constraints = matrix(L, 1), vcov = V, test = "HTZ")$df_denom else
    coef_test(fit, vcov = V, test = "Satterthwaite")$df_Satt
  c(gap = gap, se = se, df = df, lower = gap - qt(.975, df) * se, upper = gap + qt(.975, df) * se,
    p = 2 * pt(-abs(gap) / se, df))
}
figures <- function(y, brand, person) {
  brand <- factor(brand); k <- nlevels(brand); n <- as.numeric(table(brand)); N <- sum(n)
  m <- tapply(y, brand, mean); s2 <- tapply(y, brand, var); fit <- lm(y ~ 0 + brand)
  V <- vcovCR(fit, person, type = "CR2", target = as.numeric(s2[brand]))
  rest <- sapply(1:k, function(i) one(fit, V, ifelse(1:k == i, 1, -1 / (k - 1))))
  pairs <- combn(k, 2); pooled <- sqrt(sum((n - 1) * s2) / (N - k))
  J <- function(df) exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
  g <- J(N - k) * rest["gap", ] / pooled
  reach <- qnorm(.975) * J(N - k) * sqrt(rest["se", ]^2 / pooled^2 +
    (rest["gap", ] / pooled)^2 / (2 * length(unique(person))))
  two <- apply(pairs, 2, function(ij) {
    found <- unname(one(fit, V, (1:k == ij[1]) - (1:k == ij[2]))); both <- brand %in% levels(brand)[ij]
    df <- sum(n[ij]) - 2; s <- sqrt(sum((n[ij] - 1) * s2[ij]) / df); d <- found[1] / s
    wide <- qnorm(.975) * J(df) * sqrt(found[2]^2 / s^2 + d^2 / (2 * length(unique(person[both]))))
    t <- abs(found[1] / found[2]) * sqrt(2)
    far <- qtukey(.95, k, found[3]) / sqrt(2) * found[2]
    c(found[1:3], lower = found[1] - far, upper = found[1] + far,
      p = ptukey(t, k, found[3], lower.tail = FALSE), g = J(df) * d, g_lower = J(df) * d - wide,
      g_upper = J(df) * d + wide)
  })
  rownames(two) <- c("difference", "se", "df", "lower", "upper", "p", "g", "g_lower", "g_upper")
  htz <- Wald_test(fit, constraints = constrain_equal(1:k), vcov = V, test = "HTZ")
  size <- (N - sum(n^2) / N) / (k - 1); grand <- sum(n * m) / N; W <- diag(n) - outer(n, n) / N
  between <- (sum(n * (m - grand)^2) - sum(W * as.matrix(V))) / (k - 1) / size
  within <- sum((n - 1) * s2) / (N - k); all <- lm(y ~ 1)
  Vall <- vcovCR(all, person, type = "CR2"); whole <- one(all, Vall, 1)
  list(brands = levels(brand), n = n, mean = as.numeric(m), sd = as.numeric(sqrt(s2)),
       se = sqrt(diag(as.matrix(V))), covariance = unclass(as.matrix(V)),
       icc1 = between / (between + within), overall = as.list(whole),
       contrasts = c(as.list(as.data.frame(t(rest))), list(g = g, g_lower = g - reach, g_upper = g + reach)),
       pairs = as.list(as.data.frame(t(two))),
       equal = list(statistic = htz$Fstat, df_between = htz$df_num, df_within = htz$df_denom, p = htz$p_val))
}
score <- 100 * (rowMeans(study[, 3:6]) - 1) / 6
save_json(figures(score, study$brand, study$person), "study")
save_json(figures(study$g1, study$brand, study$person), "items")

panel <- do.call(rbind, lapply(1:60, function(p) {
  person <- rnorm(1); rows <- sample(2:5, 1)
  data.frame(person = p, brand = sample(brands[1:3], rows, replace = TRUE), y = person + rnorm(rows))
}))
panel$y <- round(50 + 10 * panel$y + 4 * (panel$brand == "north"), 2)
write.csv(panel, "clusters/panel.csv", row.names = FALSE, quote = FALSE)
before <- round(rnorm(40, 50, 10), 1); after <- round(before + rnorm(40, 2, 5), 1)
test <- t.test(after, before, paired = TRUE)
save_json(c(figures(panel$y, panel$brand, panel$person),
            list(before = before, after = after,
                 paired = list(df = test$parameter[[1]], lower = test$conf.int[1],
                               upper = test$conf.int[2], p = test$p.value))), "panel")

kept <- if (file.exists("VERSIONS")) grep("^clusters.R:", readLines("VERSIONS"), value = TRUE, invert = TRUE)
writeLines(sort(c(kept, paste0("clusters.R: R ", getRversion(), ", clubSandwich ", packageVersion("clubSandwich")))),
           "VERSIONS")
