"""What tests stand on: databases, applications, servers and browsers."""
