-- Lets every role see how far the tables are.
GRANT SELECT ON schema_migrations TO PUBLIC
