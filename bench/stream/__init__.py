"""What streaming costs: the stock stack and ours, in the same run on the same core."""
