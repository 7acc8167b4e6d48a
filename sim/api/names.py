"""Names that a script may write: texts where a program runs, told apart for type checkers in `names.pyi`."""

ScenarioName = AreaName = KpiName = RuleKey = TariffId = SettingPath = str
