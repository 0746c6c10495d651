"""Where the pages get their views from: each method is one reading transaction over the features' services."""
