# METADATA
# title: Parameters
# description: How a parameter that grades something is read.
package cctv.lib.param

# `pass`, `unknown` or `fail`; a parameter that is not there excuses nothing.
grade(name) := object.get(input, ["params", name], "fail")
