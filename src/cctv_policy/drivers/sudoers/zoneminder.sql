-- cctv-policy, driver zoneminder: the database account that the driver reads with.
-- It can log in only from this machine and only as the operating system's account of the same name.
CREATE USER IF NOT EXISTS 'cctv-audit'@localhost IDENTIFIED VIA unix_socket;
GRANT SELECT ON zm.* TO 'cctv-audit'@localhost;
