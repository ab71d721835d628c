-- Runs of two installations of one engine have ids of their own, where their keys are the same.
{{rule views}}
