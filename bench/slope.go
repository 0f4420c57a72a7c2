// SPDX-License-Identifier: Apache-2.0

package main

import "math"

// point is what something of a size costs.
type point struct{ size, cost float64 }

// exponent is the power of the size with which the cost grows: the slope of the line through the logarithms of both by least squares.
// 1 is a straight line through the origin, in which a doubled size doubles the cost; costs that are there whatever the size is make it
// smaller. There have to be two sizes at least, and all are above 0.
func exponent(points []point) float64 {
	var x, y, xx, xy float64
	for _, p := range points {
		size, cost := math.Log(p.size), math.Log(p.cost)
		x, y, xx, xy = x+size, y+cost, xx+size*size, xy+size*cost
	}
	n := float64(len(points))
	return (n*xy - x*y) / (n*xx - x*x)
}

// steepest is the largest factor by which the cost grows for each doubling of the size, from one point to the next. Sizes grow.
func steepest(points []point) float64 {
	largest := 0.0
	for i := 1; i < len(points); i++ {
		doublings := math.Log2(points[i].size / points[i-1].size)
		largest = max(largest, math.Pow(points[i].cost/points[i-1].cost, 1/doublings))
	}
	return largest
}
