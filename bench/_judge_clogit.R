# Best-then-worst as a conditional logit, one line for each item of each choice; called by judge.py.
# Reads best, worst and shown as columns of whole numbers; writes its seconds and the worths, of which
# the last item's is nought.
suppressPackageStartupMessages(library(survival))
given <- commandArgs(trailingOnly = TRUE)
n <- as.integer(given[3])
m <- as.integer(given[4])
n_items <- as.integer(given[5])
wide <- matrix(readBin(given[1], "integer", n = n * (m + 2L)), nrow = n)

seconds <- system.time({
  best <- wide[, 1]
  worst <- wide[, 2]
  shown <- wide[, -(1:2)]
  # The choice of the best among all shown, then that of the worst among the rest, worths turned round.
  answer <- rep(seq_len(n), m)
  item <- as.vector(shown)
  left <- item != best[answer]
  chosen <- c(item == best[answer], item[left] == worst[answer][left])
  sign <- c(rep(1, n * m), rep(-1, sum(left)))
  stratum <- c(answer, n + answer[left])
  items <- c(item, item[left])
  x <- matrix(0, length(items), n_items - 1)
  named <- items < n_items - 1
  x[cbind(which(named), items[named] + 1)] <- sign[named]
  fit <- clogit(chosen ~ x + strata(stratum), method = "breslow")
})[["elapsed"]]
writeLines(format(c(seconds, unname(coef(fit))), digits = 12), given[2])
