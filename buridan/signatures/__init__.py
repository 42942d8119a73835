"""Electronic signatures in PDF (PAdES): made, checked, brought back (ADR 0022). A visa is a trace; this is the signature."""
