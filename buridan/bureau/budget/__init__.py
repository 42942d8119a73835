"""The pages of the budget: each service's lines every day, the monthly board, the finance system's files."""
