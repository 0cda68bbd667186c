"""English function words as terms (stems). Pure."""

from api.language.tokens import tokenize

_WORDS = (
    "a about after all also am an and any are as at be because been before being but by can "
    "could did do does for from had has have he her here hers him his how i if in into is it "
    "its just may me might more most must my new now of on one only or other our out over "
    "said say says she should so some such than that the their them then there these they "
    "this those to too under until up us was we were what when where which while who whom "
    "why will with would you your"
)
#: Their stems.
FUNCTION_WORDS = frozenset(tokenize(_WORDS))
