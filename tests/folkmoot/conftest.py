from hypothesis import HealthCheck, settings

# No test here depends on the clock: a busy machine may take its time over an example.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
