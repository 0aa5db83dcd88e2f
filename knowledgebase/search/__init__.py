"""Finding what was written by its words, the same on every database.

`articles` looks for articles in their own rows. Everything else is found in the side table `SearchDocument`: `writing`
keeps it, `finding` asks it, and `backends` holds what the two databases do differently.
"""

from knowledgebase.search.articles import LONGEST_QUERY, MOST_RESULTS, MOST_WORDS, search, suggest, words_of

__all__ = ["LONGEST_QUERY", "MOST_RESULTS", "MOST_WORDS", "search", "suggest", "words_of"]
