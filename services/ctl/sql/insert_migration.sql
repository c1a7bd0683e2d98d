-- Records a migration in the transaction that applies it.
INSERT INTO schema_migrations (number, name, checksum) VALUES ($1::integer, $2, $3)
