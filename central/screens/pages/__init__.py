"""The pages: each reads its view, draws components and hands acts to the features' services."""
