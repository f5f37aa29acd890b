# Goldens of the model syntax: Rscript syntax.R, from this folder.
#
# Files in syntax/:
#   rows.json         models and what lavaan::lavParseModelString reads in them: rows with their
#                     modifiers (an NA among fixed values is null), constraints and definitions
#   groups.json       models and the rows lavaan::lavaanify(ngroups = 2) makes of them: free (0 or 1),
#                     fixed or starting value, label
#   refused.json      models that lavaan refuses
#   arithmetic.json   expressions and R's values of them at a = 0.7, b = -1.3, d = 2, .p1. = 5
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
options(digits = 17, warn = 1)
dir.create("syntax", showWarnings = FALSE)

# One entry a line.
save_json <- function(x, name) {
  lines <- vapply(x, toJSON, "", digits = I(17), auto_unbox = TRUE, na = "null")
  keys <- if (is.null(names(x))) "" else paste0("\"", names(x), "\": ")
  ends <- if (is.null(names(x))) c("[", "]") else c("{", "}")
  writeLines(c(ends[1], paste0(keys, lines, c(rep(",", length(x) - 1), "")), ends[2]),
             file.path("syntax", paste0(name, ".json")), useBytes = TRUE)
}

# ---- rows --------------------------------------------------------------------------------------
rows <- list(
  three_factors = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9",
  semicolons = "f =~ x1 + x2; g =~ x3 + x4;; f ~~ g",
  comments = "# the model\nf =~ x1 + x2 # items; g =~ y\n! more\n\ng =~ x3 ! and more\n",
  continued = "f =~ x1 +\nx2\n+ x3\n  + a\n*x4 +\n# between\n\n x5\ng =~\ny1 + y2",
  second_order = "f =~ x1 + x2\ng =~ x3 + x4\nh =~ f + g",
  bifactor = "g =~ x1+x2+x3+x4\ns =~ x1+x2\nt =~ x3+x4\ng ~~ 0*s + 0*t\ns ~~ 0*t",
  fixed = "f =~ 1*x1 + 0.5*x2 + -1*x3 + 1e-3*x4 + .25*x5 + 2.*x6",
  freed = "f =~ NA*x1 + x2\nf ~~ 1*f",
  constants = "f =~ (1+2)*x1 + sqrt(2)*x2 + (2)*x3 + 2^3*x4 + 1/4*x5 + -2^2*x6 + 2^-1*x7",
  labels = "f =~ a*x1 + .p2.*x2 + \"b\"*x3 + 'c'*x4 + label(\"d\")*x5 + label('e')*x6",
  label_lists = "f =~ c(a, b)*x1 + c(\"d\", \"e\")*x2 + label(c(\"g\", \"h\"))*x3 + label('i','j')*x4",
  fixed_lists = "f =~ c(1, 2)*x1 + c(NA, 2)*x2 + c(NA, NA)*x3 + c(-1, .5, NA)*x4 + c(1/2, 2^2)*x5",
  quoted_with_na = "f =~ c(NA, \"a\")*x1 + c('b', NA)*x2 + label(c(NA, 'd'))*x3",
  starts = "f =~ start(0.8)*x1 + 0.8?x2 + start(c(.7, .9))*x3 + (-0.5)?x4 + start(1, 2)*x5 + -.5?x6",
  equal = "f =~ x1 + equal('f=~x1')*x2 + equal(\"f =~ x1\")*x3 + equal(c('f=~x1', 'f=~x1.g2'))*x4",
  equal_other = "x1 ~~ x1\nx2 ~~ equal('x1~~x1')*x2\ny1 ~ 1\ny2 ~ equal('y1~1')*1",
  repeated = "f =~ x1 + a*x1 + x2 + start(.8)*x1\nx1 ~~ x1 + x1\ny ~ x + b*x + 0.5?x",
  repeated_lists = "f =~ c(NA,NA)*x1 + c(a,a)*x1 + NA*x2 + b*x2 + start(1)*x2",
  both_sides = "x1 + x2 ~~ x3 + x4\nf + g =~ y1 + a*y2\ny1 + y2 ~ z1 + z2",
  covariances = "x1 ~~ x2 + 0*x3 + a*x4\nx2 ~~ x1b + x2\nx3 ~~ c(0, NA)*x4",
  variances = "x1 ~~ v*x1\nx2 ~~ v*x2\nx3 ~~ 0.1*x3",
  regressions = "y ~ x + b*z + c(b1, b2)*w\nz ~ a*x\nw ~ start(.2)*x",
  intercepts = "y ~ 1\nx ~ 1 + z\nf ~ 0*1\ng ~ c(0, NA)*1\nh ~ m*1\nk ~ start(3)*1\nw ~ 2*1 + x",
  no_intercept = "y ~ 0 + x\nz ~ -1*1",
  thresholds = "f =~ x1 + x2\nx1 | t1 + t2 + a*t3\nx2 | c(u, u)*t1 + 0.5*t2 + t10",
  scales = "x1 ~*~ x1\nx2 ~*~ 1*x2\nx3 ~*~ c(1, NA)*x3",
  constraints = "f =~ a*x1 + b*x2 + d*x3\na == b\na + b == 2*d\nb > 0\nd < 0.9\n0 == a - b^2 # c\n",
  constraints_above = "a==b*2\nb<3\nf =~ a*x1 + b*x2",
  definitions = "y ~ b*m + c*x\nm ~ a*x\nindirect := a*b\ntotal := c + indirect\nr := sqrt(a^2)/exp(b)",
  continued_definition = "y ~ b*m + c*x\nm ~ a*x\ntotal := c\n + a*b\n - 1\nd ==\n2*c\n-a < 3\nm ~~ d*m",
  cyrillic = "Удобство =~ вопрос_1 + а.б*вопрос.2\nё ~~ ё",
  odd_names = ".x =~ a.b + x_1 + y..2 + t1 + exp + c + start + X9z\nT ~ F + efa",
  leading_plus = "f =~ + x1 + x2",
  small_tilde = "f =˜ x1 + x2\nx1 ˜˜ x2",
  tabs = "\tf\t=~\tx1\t+\tx2\n\n\n   \n\tx1~~x2",
  split_factor = "f =~ x1 + x2\ng =~ x3\nf =~ x4",
  label_as_variable = "f =~ x1*x2 + x1 + f*x3"
)

read_rows <- function(model) {
  flat <- lavParseModelString(model)
  modifiers <- attr(flat, "modifiers")
  row <- function(i) {
    mod <- if (flat$mod.idx[i] > 0) modifiers[[flat$mod.idx[i]]] else list()
    list(lhs = flat$lhs[i], op = flat$op[i], rhs = flat$rhs[i],
         fixed = I(as.numeric(mod$fixed)), start = I(as.numeric(mod$start)),
         label = I(as.character(mod$label)))
  }
  relations <- lapply(attr(flat, "constraints"), function(x) x[c("lhs", "op", "rhs")])
  list(model = model, rows = lapply(seq_along(flat$lhs), row), relations = relations)
}
save_json(lapply(rows, read_rows), "rows")

# ---- two groups --------------------------------------------------------------------------------
groups <- list(
  lists = "f =~ NA*x1 + c(1, 2)*x2 + c(NA, 0.5)*x3 + c(a, b)*x4 + start(c(.7, .9))*x5",
  one_for_all = "f =~ 1*x1 + a*x2 + start(.8)*x3 + 0.4?x4 + NA*x5\nf ~~ 1*f\nf ~ 0*1",
  merged = "f =~ c(NA, 1)*x1 + c(a, b)*x1 + start(.5)*x2 + d*x2 + c(NA, NA)*x3 + start(c(1, 2))*x3",
  means = "y ~ c(0, NA)*1 + c(b, b)*x\nx ~ 0\nz ~ c(m1, m2)*1\ny ~~ c(v, w)*y",
  thresholds = "x | c(a, a)*t1 + c(-1, NA)*t2\nx ~*~ c(1, NA)*x"
)
read_groups <- function(model) {
  # One label for both groups is meant here.
  table <- suppressWarnings(lavaanify(model, ngroups = 2, meanstructure = TRUE))
  table <- table[table$user == 1 & table$op != "==", ]
  list(model = model, rows = lapply(seq_len(nrow(table)), function(i) with(table[i, ],
    list(lhs = lhs, op = op, rhs = rhs, group = group, free = as.integer(free > 0),
         value = ustart, label = label))))
}
save_json(lapply(groups, read_groups), "groups")

# ---- refused -----------------------------------------------------------------------------------
refused <- c(
  "", "hello", "f =~", "=~ x1", "f =~ x1 +", "f =~ x1 + + ", "f =~ (x1", "f =~ c(1, 2*x1", "f =~ f",
  "f =~ x1 - x2", "f =~ x1*1", "f =~ x1\nf =~ a*x1 + x2\nf =~ b*x1", "x1 ~~ a*x2\nx2 ~~ b*x1",
  "y ~ 1\ny ~ a*1\ny ~ b*1", "f =~ 2*", "f =~ *x1", "if =~ x1", "f =~ while", "f =~ NA",
  "f =~ strat(2)*x1", "f =~ \"x1", "2x =~ x1", "_f =~ x1", "f =~ x1 & x2", "f =~ x1:x2:x3",
  "block1: 2\nf =~ x1", "f =~ x1)", "y ~ -1", "f =~ c()*x1", "f =~ start(a*x1", "f =~ 1",
  "f =~ x1 + 1*2", "f\n=~ x1", "f g =~", "f =~ x1,x2", "f =~ x1^x2"
)
for (model in refused) {
  answer <- try(suppressWarnings(lavaanify(model)), silent = TRUE)
  if (!inherits(answer, "try-error")) stop("lavaan accepts: ", model)
}
save_json(refused, "refused")

# ---- arithmetic --------------------------------------------------------------------------------
values <- list(a = 0.7, b = -1.3, d = 2, .p1. = 5)
arithmetic <- c(
  "a + b*d", "a - b - d", "a/b/d", "-a^2", "b^2", "b^3", "b^-1", "2^3^2", "2^-d", "-2^2", "d**3",
  "(a + b)*(a - b)", "a*-b", "-(-a)", "+a", "- -a", "sqrt(a^2 + d)", "exp(b)/(1 + exp(b))",
  "log(d)", "abs(b)*abs(a)", "sin(a)^2 + cos(a)^2 - tan(b)", "pi*d^2", "1e-3*a + .5*d - 2.",
  "1E+2/a", ".p1./3", "a^0.5", "2^-a*b", "2^-a^2", "a - (b - (d - .p1.))", "sqrt(exp(log(abs(b))))",
  "d", "-d + 1", "a*b/d*.p1.", "(1 - a^2)/((a + 2)^2 + 1 - a^2)"
)
solved <- lapply(arithmetic, function(x) eval(parse(text = x), values))
save_json(setNames(solved, arithmetic), "arithmetic")
