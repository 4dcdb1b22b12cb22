# ZoneMinder's events by the hour, its filters, and held events that are not archived; no camera's login.
events() {
    mysql -N -B --default-character-set=utf8mb4 zm <<SQL
SELECT 'config', Name, Value FROM Config WHERE Name = 'ZM_OPT_USE_AUTH';
SELECT 'monitor', Id, Name, Function, Enabled, SectionLength FROM Monitors;
SELECT 'day', MonitorId, StorageId, DATE(StartDateTime), IFNULL(UNIX_TIMESTAMP(MIN(IF(done, StartDateTime, NULL))), ''), IFNULL(UNIX_TIMESTAMP(MAX(IF(done, EndDateTime, NULL))), ''), SUM(done), SUM(IF(done, IFNULL(DiskSpace, 0), 0)), SUM(IF(done, TIMESTAMPDIFF(SECOND, StartDateTime, EndDateTime), 0)) FROM (SELECT *, EndDateTime IS NOT NULL AND Frames > 0 AS done FROM Events) e GROUP BY MonitorId, StorageId, DATE(StartDateTime);
SELECT 'hour', MonitorId, UNIX_TIMESTAMP(MIN(StartDateTime)), Archived, COUNT(*), SUM(IFNULL(DiskSpace, 0)), UNIX_TIMESTAMP(MAX(IFNULL(EndDateTime, StartDateTime))) FROM Events GROUP BY MonitorId, DATE_FORMAT(StartDateTime, '%Y%m%d%H'), Archived;
SELECT 'total', COUNT(*), IFNULL(MAX(Id), 0) FROM Events;
SELECT 'rule', Id, Name, AutoDelete, Background, Query_json FROM Filters;
SELECT 'filter', Name, AutoDelete, Background, Query_json FROM Filters;
$held_sql
SQL
}
section events events
