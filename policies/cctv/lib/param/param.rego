# METADATA
# title: Parameters
# description: How a parameter that grades something is read.
package cctv.lib.param

# `pass`, `unknown` or `fail`; a parameter that is not there excuses nothing.
grade(name) := object.get(input, ["params", name], "fail")

# A limit in numbers; one that is not there allows nothing.
limit(name) := object.get(input, ["params", name], 0)

# A list of words; one that is not there admits nobody.
words(name) := object.get(input, ["params", name], [])

# A switch or a choice that only loosens when it is there.
value(name) := object.get(input, ["params", name], null)
