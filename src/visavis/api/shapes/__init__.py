"""What the API takes and gives: JSON, snake_case, instants in UTC (ISO 8601), money in minor units."""
