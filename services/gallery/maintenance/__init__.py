"""What operators ask of one gallery process: its costs, compaction, tuning."""
