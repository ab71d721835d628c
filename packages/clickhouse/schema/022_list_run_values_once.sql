-- The views of runs say the same in other words: values of runs are listed once now.
{{rule views}}
