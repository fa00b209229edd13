"""What trials and clinics show: survival and its comparison, what chance makes of groups of people, two lives weighed.

It knows no biology. Where the page computes the same (live/evidence), it draws the same random numbers.
"""
