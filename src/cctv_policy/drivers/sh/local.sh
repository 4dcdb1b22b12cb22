# This very machine: nothing but what any account may read.
section units states $units
[ -z "$set_archive" ] || section "files $set_archive" folded "$set_archive"
