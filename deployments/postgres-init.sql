-- Prefect's own database, beside the connector's; read once, when the server's folder is made.
CREATE DATABASE prefect;
