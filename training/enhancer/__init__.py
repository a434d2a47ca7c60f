"""Makes spoiled crops easier to recognise: noise goes, detail is estimated, identity leads.

A U-Net with attention takes noise away, an ESRGAN generator adds the detail that the source had no
pixels for; both are trained end to end by what recognisers make of the result. Crops are BGR in
[0, 1] on the aligned 112 grid here, whatever the size of their source: that is told beside them.
"""
