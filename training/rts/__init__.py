"""Random Temperature Scaling (Shang, Huang et al., AAAI 2023): a head that knows how sure to be.

The temperature of the softmax is a random variable whose distribution the head predicts from
the crop: the harder it is to tell whose face it is, the higher.
"""
