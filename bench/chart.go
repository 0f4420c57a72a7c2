// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// chart is a picture of one metric: a group of bars for each workload, a bar for each contender.
type chart struct {
	metric metric
	groups []group
}

// group is the bars of a workload.
type group struct {
	name string
	bars []bar
}

// bar is a median, with a line from the smallest to the largest value.
type bar struct {
	contender contender
	spread
}

// charts are those of the charted metrics that were measured, in the order in which workloads name them.
func charts(told []about, all results) (drawn []chart) {
	at := map[string]int{}
	for _, w := range told {
		for _, m := range w.metrics {
			g := groupOf(w.name, m, all[w.name])
			if !m.charted || len(g.bars) == 0 {
				continue
			}
			i, known := at[m.name]
			if !known {
				i = len(drawn)
				at[m.name] = i
				drawn = append(drawn, chart{metric: m})
			}
			drawn[i].groups = append(drawn[i].groups, g)
		}
	}
	return drawn
}

func groupOf(workload string, m metric, r result) group {
	g := group{name: workload}
	for _, c := range order {
		if s, found := r.spread(c, m); found {
			g.bars = append(g.bars, bar{c, s})
		}
	}
	return g
}

// Measures of the picture, in pixels. Bars begin at left, behind the names of workloads; what is right of chartRight is room for
// the figures of the longest bar.
const (
	chartWidth, chartLeft, chartRight = 880, 170, 620
	barHeight, barStep, groupGap      = 14, 18, 14
	chartTop, chartBottom             = 84, 16
)

// style is what makes the picture readable on light and dark pages: it has a ground of its own.
const style = `text{font:12px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.figure{paint-order:stroke;stroke:#ffffff;stroke-width:3px}.title{font-size:15px;font-weight:600}.soft{fill:#59636e}.ground{fill:#ffffff}.grid{stroke:#d1d9e0}.spread{stroke:#1f2328;stroke-width:1.5}
.c0{fill:#d4762c}.c1{fill:#2f6fde}.c2{fill:#1a9988}.c3{fill:#8b949e}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9198a1}.ground{fill:#0d1117}.figure{stroke:#0d1117}.grid{stroke:#3d444d}.spread{stroke:#e6edf3}
.c0{fill:#e08a45}.c1{fill:#5b92f5}.c2{fill:#35b8a5}.c3{fill:#768390}}`

// svg draws the chart.
func (c chart) svg() string {
	height := chartTop + chartBottom
	for _, g := range c.groups {
		height += len(g.bars)*barStep + groupGap
	}
	var text strings.Builder
	fmt.Fprintf(&text, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`+"\n<style>%s</style>\n",
		chartWidth, height, chartWidth, height, html.EscapeString(c.title()), style)
	fmt.Fprintf(&text, `<rect class="ground" width="%d" height="%d" rx="6"/>`+"\n", chartWidth, height)
	fmt.Fprintf(&text, `<text class="title" x="16" y="26">%s</text>`+"\n", html.EscapeString(c.title()))
	c.legend(&text)
	step, end := axis(c.most())
	scale := float64(chartRight-chartLeft) / end
	c.grid(&text, step, end, scale, height-chartBottom)
	y := chartTop + groupGap/2
	for _, g := range c.groups {
		y = c.group(&text, g, y, scale)
	}
	text.WriteString("</svg>\n")
	return text.String()
}

func (c chart) title() string {
	if c.metric.more {
		return c.metric.name + " (more is better)"
	}
	return c.metric.name + " (less is better)"
}

// file is the name of its file, without an extension.
func (c chart) file() string {
	words := strings.FieldsFunc(strings.ToLower(c.metric.name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words, "-")
}

func (c chart) most() (most float64) {
	for _, g := range c.groups {
		for _, b := range g.bars {
			most = max(most, b.most)
		}
	}
	return most
}

// legend names the contenders that are in the chart.
func (c chart) legend(text *strings.Builder) {
	there := map[contender]bool{}
	for _, g := range c.groups {
		for _, b := range g.bars {
			there[b.contender] = true
		}
	}
	x := 16
	for i, who := range order {
		if there[who] {
			fmt.Fprintf(text, `<rect class="c%d" x="%d" y="40" width="12" height="12" rx="2"/><text x="%d" y="50">%s</text>`+"\n", i, x, x+18, who)
			x += 40 + 7*len(who)
		}
	}
	fmt.Fprintf(text, `<text class="soft" x="%d" y="50" text-anchor="end">bar: median; line: smallest to largest</text>`+"\n", chartWidth-16)
}

// grid draws a line at each step of the axis.
func (c chart) grid(text *strings.Builder, step, end, scale float64, bottom int) {
	for at := 0.0; at <= end+step/2; at += step {
		x := chartLeft + at*scale
		fmt.Fprintf(text, `<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/><text class="soft" x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n",
			x, chartTop, x, bottom, x, chartTop-6, tickText(at, step))
	}
}

// group draws the bars of a workload from y on, and returns where the next one begins.
func (c chart) group(text *strings.Builder, g group, y int, scale float64) int {
	middle := y + len(g.bars)*barStep/2
	fmt.Fprintf(text, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", chartLeft-10, middle+4, html.EscapeString(g.name))
	for _, b := range g.bars {
		x, line := chartLeft+b.median*scale, float64(y)+barStep/2
		fmt.Fprintf(text, `<rect class="c%d" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>`, colourOf(b.contender), chartLeft, y+(barStep-barHeight)/2, max(1, b.median*scale), barHeight)
		if b.least < b.most {
			fmt.Fprintf(text, `<line class="spread" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, chartLeft+b.least*scale, line, chartLeft+b.most*scale, line)
		}
		fmt.Fprintf(text, `<text class="figure" x="%.1f" y="%.1f">%s</text>`+"\n", max(x, chartLeft+b.most*scale)+6, line+4, b.text(c.metric))
		y += barStep
	}
	return y + groupGap
}

// colourOf is the number of a contender's colour.
func colourOf(c contender) int {
	for i, who := range order {
		if who == c {
			return i
		}
	}
	return len(order) - 1
}

// axis is the step between two ticks, a round number, and the end of an axis that reaches most. There are three to six steps.
func axis(most float64) (step, end float64) {
	if most <= 0 {
		return 1, 1
	}
	magnitude := math.Pow(10, math.Floor(math.Log10(most)))
	for _, round := range []float64{0.2, 0.5, 1, 2} {
		step = round * magnitude
		if most/step <= 6 {
			break
		}
	}
	return step, math.Ceil(most/step) * step
}

// tickText is the text at a tick, with as many digits behind the point as the step needs.
func tickText(at, step float64) string {
	digits := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	return metric{format: fmt.Sprintf("%%.%df", digits)}.text(at)
}
