"""What each kind of recorder needs: how its snapshot reads, and the steps that make it comply.

`retention` and `hardening` (cctv_policy.push) ask the module of the recorder's driver.
"""
