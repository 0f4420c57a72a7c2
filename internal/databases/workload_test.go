// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"fmt"
	"strings"
)

// table is one of the workload that has a row for each list of values, all columns but the first, which is the key id.
type table struct {
	name    string
	columns string   // definitions
	rows    []string // lists of values, in SQL
}

// typed are the tables with a column of every type. Each is there twice: with the replica identity that is the default, and with FULL.
var typed = []table{
	{"numbers", `b bool, i2 int2, i4 int4, i8 int8, s2 smallserial, o oid, f4 float4, f8 float8, n numeric, n52 numeric(5,2), n50 numeric(5), n380 numeric(38,10), m money, d price, bi bit, b5 bit(5), b20 bit(20), vb1 varbit(1), vb12 varbit(12), vb varbit`, []string{
		`true, 1, 2, 3, 4, 5, 1.5, 2.25, 123.4500, 1.50, 7, 1234567890.0123456789, '1234.56', 12.345, B'1', B'10101', B'11110000111100001010', B'1', B'110', B'1111000011110000'`,
		`false, -32768, -2147483648, -9223372036854775808, 1, 4294967295, -3.4e38, -1.7e308, -0.000012345, -999.99, -99999, -1234567890123456789012345678.0123456789, '-1234.56', -99999.999, B'0', B'00000', B'00000000000000000001', B'0', B'000000000001', B''`,
		`true, 32767, 2147483647, 9223372036854775807, 2, 0, 1e-30, 4.9e-300, 100000, 0, 0, 0, '0.10', 0, B'1', B'11111', B'10000000000000000000', B'1', B'', B'1'`,
		`NULL, NULL, NULL, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
		`true, 0, 0, 0, 0, 1, 'NaN', 'Infinity', 2, 99.9, 1, 0.1, '0', 1, B'1', B'00001', B'00000000000000000000', B'0', B'1', B'0'`,
		`true, 0, 0, 0, 0, 1, '-Infinity', 'NaN', 1e20, 0.1, 1, 0.1, '12.3', 1, B'0', B'10000', B'00000000111111110000', B'0', B'111111111111', B'01'`,
	}},
	{"texts", `c5 char(5), v10 varchar(10), v varchar, t text, ci citext, ch "char", by bytea, u uuid, j json, jb jsonb, x xml, ine inet, cid cidr, ma macaddr, ma8 macaddr8, lt ltree, ts tsvector, ib isbn, mo mood, sh short`, []string{
		`'ab', 'short', 'any', 'text', 'CiTeXt', 'c', '\xdeadbeef00ff', '6f9619ff-8b86-d011-b42d-00cf4fc964ff', '{"a": 1,  "b":[true,null]}', '{"b":2,  "a":"x"}', '<a b="c">d</a>', '192.168.1.5/24', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', 'Top.Science', 'a fat cat', '978-0-393-04002-9', 'happy', 'domain'`,
		`'', '', '', '', '', 'z', '', '00000000-0000-0000-0000-000000000000', '[]', '"s"', '<x/>', '::1', '2001:db8::/32', '00:00:00:00:00:00', '00:00:00:00:00:00:00:00', 'A', '', '0-393-04002-X', ' yes', ''`,
		`'äöü€', 'emoji 😀', E'tab\tnewline\nback\\slash "quoted" ''single''', E'line1\r\nline2 \u0001 \uffff 漢字', 'straße', 'x', '\x00', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '"\u00e4\n"', '{"ä":"\u0001"}', 'text only', '255.255.255.255', '0.0.0.0/0', 'ff:ff:ff:ff:ff:ff', 'ff:ff:ff:ff:ff:ff:ff:ff', 'a.b.c.d', 'it''s:1A,2B back\\slash:3', '978-0-11-000222-4', 'sad', '{a,"b"}'`,
		`NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
	}},
	{"times", `d date, t time, t0 time(0), t3 time(3), tz timetz, tz3 timetz(3), ts timestamp, ts0 timestamp(0), ts3 timestamp(3), ts5 timestamp(5), tstz timestamptz, tstz0 timestamptz(0), tstz3 timestamptz(3), iv interval`, []string{
		`'2024-02-29', '12:34:56.123456', '12:34:56', '12:34:56.789', '12:34:56.123456+02', '10:11:12.5-05:30', '2024-02-29 12:34:56.123456', '2024-02-29 12:34:56', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.78912', '2024-02-29 12:34:56.123456+02', '2024-02-29 12:34:56+00', '2024-02-29 12:34:56.12+00', '1 year 2 mons 3 days 04:05:06.789'`,
		`'1970-01-01', '00:00:00', '00:00:00', '00:00:00', '00:00:00+00', '23:59:59.999+14', '1970-01-01 00:00:00', '1970-01-01 00:00:00', '1970-01-01 00:00:00', '1970-01-01 00:00:00', '1970-01-01 00:00:00+00', '1970-01-01 00:00:00+00', '1970-01-01 00:00:00+00', '0'`,
		`'9999-12-31', '24:00:00', '23:59:59', '23:59:59.999', '23:59:59.999999-12', '00:00:00.001+00', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59', '9999-12-31 23:59:59.999', '2100-01-01 00:00:00.00001', '9999-12-31 23:59:59.999999+00', '12345-01-02 00:00:00+00', '2262-04-11 23:47:16.854+00', '-1 days -00:00:00.5'`,
		`NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
		`'1600-01-01', '00:00:00.000001', '01:00:00', '00:00:00.001', '08:11:12+00', '07:41:12.12+00', '1600-02-29 00:00:00.000001', '1900-01-01 00:00:00', '1969-12-31 23:59:59.999', '1969-12-31 23:59:59.99999', '1600-02-29 00:00:00.1+00', '1900-01-01 00:00:00+00', '1969-12-31 23:59:59.999+00', '-5 years 3 mons 100 hours 0.000001 seconds'`,
	}},
	{"specials", `ts timestamp, ts3 timestamp(3), d date, tstz timestamptz, tstz3 timestamptz(3), n numeric, n82 numeric(8,2)`, []string{
		`'infinity', 'infinity', 'infinity', 'infinity', 'infinity', 'NaN', 'NaN'`,
		`'-infinity', '-infinity', '-infinity', '-infinity', '-infinity', 'Infinity', NULL`,
		`'0044-03-15 01:02:03 BC', '0044-03-15 01:02:03 BC', '0044-03-15 BC', '0044-03-15 01:02:03+00 BC', '0044-03-15 01:02:03.5+00 BC', '-Infinity', 1`,
		`'1582-10-10 00:00:00', '1500-01-01 00:00:00', '1582-10-10', '1582-10-10 00:00:00+00', '1000-01-01 00:00:00+00', 0, 0`,
	}},
	{"others", `p point, h hstore, r4 int4range, r8 int8range, rn numrange, rts tsrange, rtz tstzrange, rd daterange, bx box, li line, ls lseg, pa path, po polygon, ci circle, tq tsquery, lsn pg_lsn, xi xid, rc regclass, jp jsonpath, mr int4multirange, co pair, na name`, []string{
		`'(1.5,-2)', 'a=>1, b=>NULL, "c d"=>"e\"f"', '[1,5)', '(1,5]', '[1.5,2.5]', '[2024-01-01 00:00:00,2024-01-02 00:00:00)', '[2024-01-01 00:00:00+00,2024-01-02 00:00:00+00)', '[2024-01-01,2024-02-01)', '(3,4),(1,2)', '{1,2,3}', '[(1,2),(3,4)]', '((1,2),(3,4))', '((1,2),(3,4),(5,6))', '<(1,2),3>', 'fat & rat', '16/B374D848', '42', 'pg_class', '$.a', '{[1,3),[5,8)}', '(1,x)', 'a name'`,
		`'(0,0)', '', 'empty', '(,)', '(,5)', '(,)', '[2024-01-01 00:00:00+00,)', 'empty', '(0,0),(0,0)', '{0,1,0}', '[(0,0),(0,0)]', '[(1,2),(3,4)]', '((0,0))', '<(0,0),0>', '''a''', '0/0', '0', 'pg_type', 'strict $', '{}', '(,)', ''`,
		`NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
	}},
	{"arrays", `b bool[], i2 int2[], i4 int4[], i8 int8[], o oid[], f4 float4[], f8 float8[], n numeric[], n52 numeric(5,2)[], c char(3)[], v varchar(5)[], t text[], by bytea[], d date[], ti time[], tz timetz[], ts timestamp[], ts3 timestamp(3)[], tstz timestamptz[], u uuid[], j json[], jb jsonb[], ine inet[], cid cidr[], ma macaddr[], r4 int4range[], rd daterange[], ci citext[], h hstore[], lt ltree[], mo mood[], tv tsvector[], m money[], na name[], iv interval[], x xml[], pt point[], dm price[], bi bit(3)[]`, []string{
		`'{t,f}', '{1,-2}', '{1,2,3}', '{9223372036854775807}', '{1,4294967295}', '{1.5,-2}', '{1.25}', '{1.50,200}', '{1.50,2}', '{a,abc}', '{x,y z}', '{"a b","c\"d",NULL,"null",""}', '{"\\xdead","\\x00"}', '{2024-02-29,1970-01-01}', '{10:11:12,23:59:59}', '{10:11:12+02}', '{"2024-02-29 12:34:56.123456"}', '{"2024-02-29 12:34:56.789"}', '{"2024-02-29 12:34:56.123456+02"}', '{6f9619ff-8b86-d011-b42d-00cf4fc964ff}', '{"{\"a\": 1}"}', '{"{\"a\": 1}"}', '{192.168.1.5/24}', '{10.0.0.0/8}', '{08:00:2b:01:02:03}', '{"[1,5)"}', '{"[2024-01-01,2024-02-01)"}', '{Ab}', '{"\"a\"=>\"1\""}', '{a.b}', '{sad,happy}', '{"a fat"}', '{1.5}', '{nm}', '{"1 day"}', '{<a/>}', '{"(1,2)"}', '{1.5}', '{101}'`,
		`'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'`,
		`'{NULL}', '{NULL}', '{NULL}', '{NULL,1}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{}', '{}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}'`,
		strings.TrimSuffix(strings.Repeat("NULL, ", 39), ", "),
	}},
	{"nonnull", `i int4 NOT NULL, t text NOT NULL, n numeric(5,2) NOT NULL, nv numeric NOT NULL, b bool NOT NULL, by bytea NOT NULL, d date NOT NULL, ti time NOT NULL, ts timestamp NOT NULL, tz timestamptz NOT NULL, ttz timetz NOT NULL, u uuid NOT NULL, j jsonb NOT NULL, iv interval NOT NULL, p point NOT NULL, a int4[] NOT NULL, h hstore NOT NULL, mo mood NOT NULL, bi bit(3) NOT NULL, f float8 NOT NULL, df int4 NOT NULL DEFAULT 7, dt text NOT NULL DEFAULT 'x'`, []string{
		`1, 'a', 1.5, 2.5, true, '\x01', '2024-01-02', '01:02:03', '2024-01-02 03:04:05', '2024-01-02 03:04:05+00', '01:02:03+00', '6f9619ff-8b86-d011-b42d-00cf4fc964ff', '{}', '1 day', '(1,2)', '{1}', 'a=>1', 'ok', B'101', 1.5, 8, 'y'`,
	}},
	{"defaults", `i2 int2 DEFAULT 5, i4 int4 DEFAULT -1, i8 int8 DEFAULT 9223372036854775807, sr serial, f4 float4 DEFAULT 1.5, f8 float8 DEFAULT -2.5e10, n numeric DEFAULT 3.140, n52 numeric(5,2) DEFAULT 1.5, b bool DEFAULT true, c5 char(5) DEFAULT 'ab', v varchar(20) DEFAULT 'it''s', t text DEFAULT 'text', tn text DEFAULT NULL, bi bit(3) DEFAULT B'101', vb varbit DEFAULT B'11', j json DEFAULT '{"a":1}', jb jsonb DEFAULT '{}', x xml DEFAULT '<a/>', u uuid DEFAULT '6f9619ff-8b86-d011-b42d-00cf4fc964ff', ug uuid DEFAULT gen_random_uuid(), d date DEFAULT '2024-02-29', dn date DEFAULT CURRENT_DATE, ti time DEFAULT '12:34:56.789', ts timestamp DEFAULT '2024-02-29 12:34:56.789', tsn timestamp DEFAULT now(), tz timestamptz DEFAULT '2024-02-29 12:34:56+02', iv interval DEFAULT '1 day', mo mood DEFAULT 'ok', by bytea DEFAULT '\x01', ine inet DEFAULT '1.2.3.4', a int4[] DEFAULT '{1}', low text DEFAULT lower('X'), calc int4 DEFAULT (1 + 2)`, []string{
		`1, 1, 1, 1, 1, 1, 1, 1, false, 'x', 'x', 'x', 'x', B'000', B'0', '{}', '{}', '<b/>', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', '1970-01-01', '1970-01-01', '00:00:00', '1970-01-01', '1970-01-01', '1970-01-01', '0', 'sad', '\x02', '1.1.1.1', '{2}', 'x', 0`,
		`NULL, NULL, NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
	}},
	{"wide", `n int4, t text, v varchar, by bytea, at text[], aby bytea[], ai int4[], ai8 int8[], ad date[], au uuid[], af float8[], ats timestamp[], an numeric[], j json, jb jsonb, x xml, h hstore, nu numeric, ci citext`, []string{
		`1, ` + strings.TrimSuffix(strings.Repeat("(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 300) i), ", 2), ", ") + `,
		(SELECT decode(string_agg(md5(i::text), ''), 'hex') FROM generate_series(1, 300) i), (SELECT array_agg(md5(i::text)) FROM generate_series(1, 300) i),
		(SELECT array_agg(decode(md5(i::text), 'hex')) FROM generate_series(1, 300) i), (SELECT array_agg(i) FROM generate_series(1, 2000) i), (SELECT array_agg(i) FROM generate_series(1::bigint, 2000) i),
		(SELECT array_agg('2024-01-01'::date + i) FROM generate_series(1, 2000) i), (SELECT array_agg(md5(i::text)::uuid) FROM generate_series(1, 500) i),
		(SELECT array_agg(i + 0.5) FROM generate_series(1, 2000) i), (SELECT array_agg('2024-01-01'::timestamp + i * '1 s'::interval) FROM generate_series(1, 2000) i), (SELECT array_agg(i + 0.25) FROM generate_series(1, 2000) i),
		(SELECT json_agg(md5(i::text)) FROM generate_series(1, 300) i), (SELECT jsonb_agg(md5(i::text)) FROM generate_series(1, 300) i), ('<a>' || (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 300) i) || '</a>')::xml,
		(SELECT hstore(array_agg(md5(i::text)), array_agg(i::text)) FROM generate_series(1, 300) i), (SELECT string_agg(i::text, '')::numeric FROM generate_series(1, 3000) i), (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 300) i)`,
	}},
}

// types are what the tables need.
var types = []string{
	"CREATE EXTENSION hstore", "CREATE EXTENSION citext", "CREATE EXTENSION ltree", "CREATE EXTENSION isn",
	"CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', ' yes')", "CREATE TYPE pair AS (a int, b text)",
	"CREATE DOMAIN price AS numeric(8,3)", "CREATE DOMAIN short AS varchar(10)",
}

// variants are the names under which a table is there.
func (t table) variants() []string { return []string{t.name, t.name + "_full"} }

func (t table) create() (all []string) {
	for _, name := range t.variants() {
		all = append(all, fmt.Sprintf("CREATE TABLE %s (id int4 PRIMARY KEY, %s)", name, t.columns))
		if strings.HasSuffix(name, "_full") {
			all = append(all, "ALTER TABLE "+name+" REPLICA IDENTITY FULL")
		}
		if t.name == "wide" { // long values are kept outside of the row, and are not sent again when another column changes
			for _, column := range strings.Split(t.columns, ", ")[1:] {
				column, _, _ = strings.Cut(column, " ")
				all = append(all, fmt.Sprintf("ALTER TABLE %s ALTER %s SET STORAGE EXTERNAL", name, column))
			}
		}
	}
	return all
}

// insert adds all rows, with ids from a number on.
func (t table) insert(from int) (all []string) {
	for _, name := range t.variants() {
		for i, row := range t.rows {
			all = append(all, fmt.Sprintf("INSERT INTO %s VALUES (%d, %s)", name, from+i, row))
		}
	}
	return all
}

// change updates, deletes and moves rows whose ids begin at a number.
func (t table) change(from int) (all []string) {
	first, _, _ := strings.Cut(t.columns, " ")
	for _, name := range t.variants() {
		all = append(all, fmt.Sprintf("UPDATE %[1]s SET %[2]s = (SELECT %[2]s FROM %[1]s WHERE id = %[3]d) WHERE id >= %[3]d AND id < %[3]d + 100", name, first, from),
			fmt.Sprintf("UPDATE %s SET id = id + 1000 WHERE id = %d", name, from), fmt.Sprintf("DELETE FROM %s WHERE id >= %d AND id < %d + 100", name, from, from),
			fmt.Sprintf("DELETE FROM %s WHERE id = %d + 1000", name, from))
	}
	return all
}
