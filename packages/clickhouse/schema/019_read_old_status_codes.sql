-- Exporters before August 2024 wrote STATUS_CODE_ERROR where later ones write Error.
{{rule views}}
