# What retention must know of any machine: disks, rules that delete by age, and the files of $folders.
section mounts mounts
section df timeout 15 df -P -k
section states systemctl show -p Id,ActiveState,UnitFileState systemd-tmpfiles-clean.timer
version() { systemd-tmpfiles --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p'; }
section version version
rules() { grep -sHE '^[a-zA-Z]' /etc/tmpfiles.d/*.conf /run/tmpfiles.d/*.conf; return 0; }
section rules rules
jobs() { grep -sHE '^[^#]*find .*-m(time|min)' /etc/crontab /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/*; return 0; }
section jobs jobs
own() { grep -rsHE '^[^#]*find .*-m(time|min)' /var/spool/cron/crontabs; return 0; }
section own own
held() { cat /etc/tmpfiles.d/cctv-hold.conf /var/lib/cctv-policy/held; return 0; }
section held held
for folder in $folders; do section "files $folder" footage "$folder"; done
