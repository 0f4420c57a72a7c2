// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"fmt"
	"slices"
	"strings"
)

// oddities are tables as few have them, and databases do allow: names, keys, identities, defaults, widths, families.
var oddities = story{name: "oddities", letter: "o", modes: oddModes, before: slices.Concat(oddNames, oddKeys(), oddFamilies, oddValues, []string{
	`CREATE TABLE ` + ending + ` (id int4 PRIMARY KEY)`, `INSERT INTO ` + ending + ` VALUES (0)`,
}), after: together(steps(oddNamesLater...), oddKeysLater(), steps(oddFamiliesLater...), steps(oddValuesLater...))}

var oddModes = []mode{
	{"defaults, with schemas", "da", schemas},
	{"all tables, without schemas", "db", with(plain, "publication.autocreate.mode", "all_tables", "skipped.operations", "none", "provide.transaction.metadata", "true", "table.exclude.list", "public.nokey_(index|full)")},
}

var long63 = strings.Repeat("long_", 12) + "xyz"

var oddNames = []string{
	`CREATE SCHEMA "Odd Schema"`, `CREATE SCHEMA "select"`, `CREATE SCHEMA "dot.ted"`,
	`CREATE TABLE "Odd Schema"."Table 'a'; --" ("Key Column" int PRIMARY KEY, "a.b" text, "1st" int, "with ""quotes""" text, "order" text DEFAULT 'o', "x-y" text, "$d" int, "UPPER" int)`,
	`INSERT INTO "Odd Schema"."Table 'a'; --" VALUES (1, 'a', 1, 'q', 'o', 'x', 2, 3)`, `INSERT INTO "Odd Schema"."Table 'a'; --" VALUES (2)`,
	`CREATE TABLE "select"."table" ("select" int, "from" text, PRIMARY KEY ("select"))`, `INSERT INTO "select"."table" VALUES (1, 'f')`,
	`CREATE TABLE "dot.ted"."ta.ble" (id int PRIMARY KEY, v text)`, `INSERT INTO "dot.ted"."ta.ble" VALUES (1, 'v')`,
	`CREATE TABLE dotted (id int PRIMARY KEY, v text)`, `CREATE TABLE "DOTTED" (id int PRIMARY KEY, v text)`, `INSERT INTO dotted VALUES (1, 'lower')`, `INSERT INTO "DOTTED" VALUES (1, 'upper')`,
	fmt.Sprintf(`CREATE TABLE %s (%s int PRIMARY KEY, v text)`, long63, long63), fmt.Sprintf(`INSERT INTO %s VALUES (1, 'v')`, long63),
	`CREATE TABLE one (id int PRIMARY KEY)`, `INSERT INTO one VALUES (1), (2)`,
	wideTable(), `INSERT INTO wide (id, c7, c299) VALUES (1, 7, 299)`,
}

func wideTable() string {
	var b strings.Builder
	b.WriteString("CREATE TABLE wide (id int PRIMARY KEY")
	for i := range 300 {
		fmt.Fprintf(&b, ", c%d int", i)
	}
	return b.String() + ")"
}

var oddNamesLater = []string{
	`UPDATE "Odd Schema"."Table 'a'; --" SET "a.b" = 'b', "UPPER" = 30 WHERE "Key Column" = 1`, `UPDATE "Odd Schema"."Table 'a'; --" SET "Key Column" = 10 WHERE "Key Column" = 2`, `DELETE FROM "Odd Schema"."Table 'a'; --"`,
	`UPDATE "select"."table" SET "from" = 'g'`, `UPDATE "dot.ted"."ta.ble" SET v = 'w'`, `UPDATE dotted SET v = 'l'`, `UPDATE "DOTTED" SET v = 'u'`,
	fmt.Sprintf(`UPDATE %s SET v = 'w'`, long63), fmt.Sprintf(`DELETE FROM %s`, long63), `UPDATE one SET id = id + 10`, `DELETE FROM one WHERE id = 11`,
	`UPDATE wide SET c150 = 1`, `INSERT INTO wide (id) VALUES (2)`, `DELETE FROM wide WHERE id = 1`,
}

// keyed are tables with a key of each type that can be one: its definition, two values, and a third.
var oddKeyed = [][4]string{
	{"uuid", `'6f9619ff-8b86-d011-b42d-00cf4fc964ff'`, `'00000000-0000-0000-0000-000000000001'`, `'00000000-0000-0000-0000-000000000002'`},
	{"text", `'a'`, `'B c "d"'`, `''`}, {"varchar(5)", `'a'`, `'b'`, `'c'`}, {"char(5)", `'a'`, `'b'`, `'c'`}, {"numeric", `1.50`, `2`, `1e10`}, {"numeric(10,2)", `1.5`, `2`, `-3.25`}, {"timestamp", `'2024-01-01 01:01:01'`, `'2024-01-01 01:01:01.000001'`, `'1999-01-01'`},
	{"timestamptz(3)", `'2024-01-01 01:01:01+01'`, `'2024-01-01 01:01:01.5+00'`, `'1999-01-01'`}, {"date", `'2024-01-01'`, `'1999-12-31'`, `'1970-01-01'`}, {"time", `'00:00:00'`, `'23:59:59.5'`, `'12:00'`}, {"mood", `'sad'`, `'ok'`, `'happy'`},
	{"bytea", `'\x00ff'`, `'\x01'`, `''`}, {"bool", `true`, `false`, `NULL`}, {"inet", `'10.0.0.1'`, `'::1'`, `'10.0.0.0/8'`}, {"int[]", `'{1,2}'`, `'{}'`, `'{3}'`}, {"float8", `1.5`, `-0.0`, `'Infinity'`}, {"price", `1.5`, `2`, `3`}, {"bit(3)", `B'101'`, `B'000'`, `B'111'`},
	{"int2", `1`, `2`, `3`}, {"int8", `1`, `9223372036854775807`, `3`}, {"oid", `1`, `2`, `3`}, {"interval", `'1 day'`, `'2 hours'`, `'1 mon'`}, {"int4range", `'[1,2)'`, `'[5,)'`, `'empty'`}, {"money", `1.25::money`, `2.25::money`, `3.25::money`},
}

func oddKeys() []string {
	all := []string{`CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')`, `CREATE DOMAIN price AS numeric(8,3) NOT NULL`}
	for i, k := range oddKeyed {
		all = append(all, fmt.Sprintf(`CREATE TABLE key%d (v int, k %s PRIMARY KEY)`, i, k[0]), fmt.Sprintf(`INSERT INTO key%d VALUES (1, %s), (2, %s)`, i, k[1], k[2]))
	}
	return append(all,
		`CREATE TABLE five (a int, b text, c date, d uuid, e bool, f text, PRIMARY KEY (e, d, c, b, a))`, `INSERT INTO five VALUES (1, 'b', '2024-01-01', '00000000-0000-0000-0000-000000000001', true, 'f')`,
		`CREATE TABLE nokey_insert (a int, b text)`, `INSERT INTO nokey_insert VALUES (1, 'b'), (1, 'b'), (NULL, NULL)`,
		`CREATE TABLE nokey_full (a int, b text)`, `ALTER TABLE nokey_full REPLICA IDENTITY FULL`, `INSERT INTO nokey_full VALUES (1, 'b'), (1, 'b'), (NULL, NULL)`,
		`CREATE TABLE nokey_nothing (a int, b text)`, `ALTER TABLE nokey_nothing REPLICA IDENTITY NOTHING`, `INSERT INTO nokey_nothing VALUES (1, 'b')`,
		`CREATE TABLE nokey_index (a int NOT NULL, b text, c text DEFAULT 'c' NOT NULL)`, `CREATE UNIQUE INDEX nokey_index_a ON nokey_index (a)`, `ALTER TABLE nokey_index REPLICA IDENTITY USING INDEX nokey_index_a`, `INSERT INTO nokey_index VALUES (1, 'b'), (2, NULL)`,
		`CREATE TABLE key_nothing (id int PRIMARY KEY, b text)`, `ALTER TABLE key_nothing REPLICA IDENTITY NOTHING`, `INSERT INTO key_nothing VALUES (1, 'b')`,
		`CREATE TABLE key_full (id int PRIMARY KEY, b text, c text NOT NULL)`, `ALTER TABLE key_full REPLICA IDENTITY FULL`, `INSERT INTO key_full VALUES (1, 'b', 'c'), (2, NULL, 'c')`,
		`CREATE TABLE indexes (a int, b int NOT NULL, c text, d text NOT NULL)`, `CREATE UNIQUE INDEX z_indexes ON indexes (b)`, `CREATE UNIQUE INDEX b_indexes ON indexes (lower(d))`, `CREATE UNIQUE INDEX c_indexes ON indexes (d, a)`, `CREATE INDEX a_indexes ON indexes (a)`, `ALTER TABLE indexes REPLICA IDENTITY FULL`,
		`INSERT INTO indexes VALUES (1, 1, 'c', 'd'), (NULL, 2, NULL, 'D2')`,
		`CREATE TABLE nullable (a int, b int)`, `CREATE UNIQUE INDEX nullable_a ON nullable (a)`, `ALTER TABLE nullable REPLICA IDENTITY FULL`, `INSERT INTO nullable VALUES (1, 1), (NULL, 2), (NULL, 3)`,
		`CREATE TABLE deferred (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, v text)`, `ALTER TABLE deferred REPLICA IDENTITY FULL`, `INSERT INTO deferred VALUES (1, 'one'), (2, 'two')`,
	)
}

func oddKeysLater() (all []step) {
	for i, k := range oddKeyed {
		all = append(all, steps(fmt.Sprintf(`UPDATE key%d SET v = 3 WHERE k = %s`, i, k[1]))...)
		if k[3] != "NULL" {
			all = append(all, steps(fmt.Sprintf(`UPDATE key%d SET k = %s WHERE k = %s`, i, k[3], k[1]))...)
		}
		all = append(all, steps(fmt.Sprintf(`DELETE FROM key%d`, i))...)
	}
	return append(all, steps(
		`UPDATE five SET f = 'g'`, `UPDATE five SET e = false`, `DELETE FROM five`,
		`INSERT INTO nokey_insert VALUES (2, NULL)`, `UPDATE nokey_full SET b = 'c' WHERE a = 1`, `UPDATE nokey_full SET a = 5 WHERE a IS NULL`, `DELETE FROM nokey_full`, `INSERT INTO nokey_nothing VALUES (2, 'x')`,
		`UPDATE nokey_index SET b = 'c'`, `UPDATE nokey_index SET a = a + 10`, `DELETE FROM nokey_index WHERE a = 11`, `INSERT INTO key_nothing VALUES (2, 'x')`,
		`UPDATE key_full SET b = 'x'`, `UPDATE key_full SET id = 3 WHERE id = 1`, `DELETE FROM key_full WHERE id = 2`,
		`UPDATE indexes SET c = 'x'`, `UPDATE indexes SET d = 'e', a = 7 WHERE b = 1`, `UPDATE indexes SET b = 20 WHERE b = 2`, `DELETE FROM indexes`,
		`UPDATE nullable SET b = 10 WHERE a IS NULL`, `UPDATE nullable SET a = 5 WHERE b = 1`, `UPDATE nullable SET a = NULL WHERE a = 5`, `DELETE FROM nullable`,
		`BEGIN; UPDATE deferred SET id = 3 - id; COMMIT`, `DELETE FROM deferred`,
	)...)
}

// oddFamilies are tables that have to do with each other.
var oddFamilies = []string{
	`CREATE TABLE parent (id int PRIMARY KEY, v text)`, `CREATE TABLE child (w text) INHERITS (parent)`, `ALTER TABLE child ADD PRIMARY KEY (id)`, `INSERT INTO parent VALUES (1, 'p')`, `INSERT INTO child VALUES (2, 'c', 'w')`,
	`CREATE TABLE hashed (id int PRIMARY KEY, v text) PARTITION BY HASH (id)`, `CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0)`, `CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1)`, `INSERT INTO hashed SELECT i, 'h' || i FROM generate_series(1, 10) i`,
	`CREATE TABLE listed (k text, id int, v text, PRIMARY KEY (k, id)) PARTITION BY LIST (k)`, `CREATE TABLE listed_a PARTITION OF listed FOR VALUES IN ('a') PARTITION BY RANGE (id)`, `CREATE TABLE listed_a_low PARTITION OF listed_a FOR VALUES FROM (0) TO (100)`, `CREATE TABLE listed_a_high PARTITION OF listed_a FOR VALUES FROM (100) TO (200)`,
	`CREATE TABLE listed_rest (id int, v text, gone int, k text, PRIMARY KEY (k, id))`, `ALTER TABLE listed_rest DROP COLUMN gone`, `ALTER TABLE listed_rest ALTER k SET NOT NULL`, `ALTER TABLE listed ATTACH PARTITION listed_rest DEFAULT`, `INSERT INTO listed VALUES ('a', 1, 'l'), ('a', 101, 'h'), ('z', 1, 'z')`,
	`CREATE TABLE dropped (a int, gone1 text, id int PRIMARY KEY, gone2 numeric, b text)`, `INSERT INTO dropped VALUES (1, 'x', 1, 2, 'b')`, `ALTER TABLE dropped DROP COLUMN gone1, DROP COLUMN gone2`, `ALTER TABLE dropped ADD COLUMN gone1 int DEFAULT 5`,
	`CREATE TABLE made (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a + 1) STORED, c text GENERATED ALWAYS AS (upper(a::text)) STORED)`, `INSERT INTO made (a) VALUES (1), (NULL)`,
}

var oddFamiliesLater = []string{
	`UPDATE parent SET v = 'q'`, `DELETE FROM parent WHERE id = 2`, `UPDATE hashed SET id = id + 1 WHERE id = 10`, `UPDATE hashed SET v = 'x' WHERE id < 4`, `DELETE FROM hashed WHERE id = 5`,
	`UPDATE listed SET id = 150 WHERE k = 'a' AND id = 1`, `UPDATE listed SET k = 'y' WHERE id = 101`, `UPDATE listed SET k = 'a', id = 2 WHERE k = 'z'`, `UPDATE listed SET v = 'all'`, `TRUNCATE listed`,
	`INSERT INTO dropped (id, b) VALUES (2, 'c')`, `UPDATE dropped SET a = 3 WHERE id = 1`, `DELETE FROM dropped WHERE id = 1`, `INSERT INTO made (a) VALUES (3)`, `UPDATE made SET a = 4 WHERE a = 3`, `DELETE FROM made WHERE a IS NULL`,
}

// oddValues are types and defaults that are seldom, and large values.
var oddValues = []string{
	`CREATE TYPE duo AS (a int, b text)`, `CREATE DOMAIN label AS varchar(8) DEFAULT 'none' NOT NULL`, `CREATE DOMAIN labels AS text[]`,
	`CREATE TABLE paths (p path, b box)`, `INSERT INTO paths VALUES ('((1,2),(3,4))', '(3,4),(1,2)')`,
	`CREATE TABLE vectors (id int PRIMARY KEY, iv int2vector, ov oidvector, d duo, da duo[], mr int4multirange, x xid, l label, ls labels, ch "char", nm name[], rng numrange, snap pg_snapshot)`,
	`INSERT INTO vectors VALUES (1, '1 2', '3 4', '(1,b)', '{"(1,b)"}', '{[1,2)}', '5', 'lab', '{a}', 'c', '{n}', '[1,2]', '1:2:')`,
	`CREATE TABLE lists (id int PRIMARY KEY, a int[], m int[][], lb int[], t text[], e mood[], n numeric(5,1)[])`, `INSERT INTO lists VALUES (1, '{1,NULL,3}', '{{1,2},{3,4}}', '[2:3]={7,8}', '{"a,b","{x}","\\","NULL",NULL,""," "}', '{sad,happy}', '{1.25,2}')`, `INSERT INTO lists VALUES (2)`,
	`CREATE TABLE words (id int PRIMARY KEY, c char, v varchar(10), t text, b bpchar)`, `INSERT INTO words VALUES (1, 'x', 'ünïcödé', E'\t\n\\N\\\\ \u2028 😀😀', 'pad  '), (2, '', '\N', '\.', ' ')`,
	`CREATE TABLE nums (id int PRIMARY KEY, r real, d float8, n numeric, m numeric(3,5), big numeric(100,50), f float(10))`, `INSERT INTO nums VALUES (1, 1e38, 5e-324, 0.000000000000000000001, 0.00123, 1e49, 1.1), (2, -0.0, -0.0, -0, 0, 0.1, 3.4028235e38), (3, 16777217, 0.1, 123456789012345678901234567890.123456789, -0.00999, -1, 100)`,
	`CREATE TABLE moments (id int PRIMARY KEY, a interval day to second(2), b interval year, c timestamp(1), d timestamptz(0), e time(2), f timetz(1), g interval)`, `INSERT INTO moments VALUES (1, '3 days 04:05:06.789', '5 years', '2024-01-01 01:01:01.15', '2024-06-30 23:59:59.6+14', '10:10:10.126', '10:10:10.15-03:30', '-1 mon +3 days -00:00:01')`,
	`CREATE SEQUENCE orphan`,
	`CREATE TABLE preset (id int PRIMARY KEY, a int DEFAULT -5, b int DEFAULT '-5'::integer, c int DEFAULT (1 + 2) * 3, d text DEFAULT 'a' || 'b', e text DEFAULT E'l\nn', f varchar(3) DEFAULT 'x'::varchar, g numeric DEFAULT 1e-5, h numeric(4,2) DEFAULT 12.3, i bool DEFAULT 't', j bool DEFAULT (NOT true),
		k date DEFAULT '2020-01-01', l date DEFAULT current_date, m timestamp DEFAULT '2020-01-01 00:00:00.5', n timestamptz DEFAULT '2020-01-01 00:00:00+02', o interval DEFAULT '1 day 02:00', p uuid DEFAULT gen_random_uuid(), q jsonb DEFAULT '{"a": [1, "x"]}', r text DEFAULT current_user, s int[] DEFAULT ARRAY[]::int[], t text DEFAULT NULL::text,
		u float8 DEFAULT 'NaN', v real DEFAULT 1e10, w "char" DEFAULT 'c', x time DEFAULT '12:34:56', y bit(3) DEFAULT B'101', z mood DEFAULT 'ok', aa text DEFAULT '', ab text DEFAULT 'say ''hi''', ac int8 DEFAULT nextval('orphan'), ad text DEFAULT lower('X'), ae int DEFAULT '7', af bytea DEFAULT '\x00', ag label, ah text DEFAULT concat('a', 'b'), ai numeric DEFAULT 5, aj text DEFAULT 'a::b', ak money DEFAULT 5)`,
	`INSERT INTO preset (id, l, p, r, ac) VALUES (1, '2020-02-02', '00000000-0000-0000-0000-000000000009', 'me', 1)`,
	`CREATE TABLE toasts (id int PRIMARY KEY, t text NOT NULL DEFAULT 'd', b bytea NOT NULL, j jsonb, a text[] NOT NULL, n int)`, `ALTER TABLE toasts ALTER t SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL, ALTER j SET STORAGE EXTERNAL, ALTER a SET STORAGE EXTERNAL`,
	`INSERT INTO toasts SELECT i, repeat('t', 20000), decode(repeat('ab', 20000), 'hex'), to_jsonb(repeat('j', 20000)), ARRAY[repeat('a', 20000)], i FROM generate_series(1, 3) i`,
	`CREATE TABLE toasts_full (LIKE toasts INCLUDING ALL)`, `ALTER TABLE toasts_full REPLICA IDENTITY FULL`, `INSERT INTO toasts_full SELECT * FROM toasts`,
	`COMMENT ON TABLE toasts IS 'large'`, `COMMENT ON COLUMN toasts.t IS 'a "text"'`,
}

var oddValuesLater = []string{
	`INSERT INTO paths VALUES (NULL, NULL)`, `INSERT INTO vectors SELECT 2, iv, ov, d, da, mr, x, l, ls, ch, nm, rng, snap FROM vectors`, `UPDATE vectors SET l = 'm'`, `DELETE FROM vectors`,
	`INSERT INTO lists SELECT id + 10, a, m, lb, t, e, n FROM lists`, `UPDATE lists SET a = a || 9, t = '{}'`, `INSERT INTO words SELECT id + 10, c, v, t, b FROM words`, `UPDATE words SET v = 'x'`, `DELETE FROM words WHERE id > 10`,
	`INSERT INTO nums SELECT id + 10, r, d, n, m, big, f FROM nums`, `DELETE FROM nums WHERE id < 10`, `INSERT INTO moments SELECT id + 10, a, b, c, d, e, f, g FROM moments`, `DELETE FROM moments WHERE id = 1`,
	`INSERT INTO preset (id, l, p, r, ac) VALUES (2, '2020-02-02', '00000000-0000-0000-0000-000000000009', 'me', 1)`, `UPDATE preset SET a = NULL, g = NULL, u = 1`, `DELETE FROM preset WHERE id = 1`,
	`UPDATE toasts SET n = 10`, `UPDATE toasts SET id = 11 WHERE id = 1`, `UPDATE toasts SET t = 'short' WHERE id = 2`, `UPDATE toasts SET j = NULL, t = repeat('u', 20000) WHERE id = 3`, `DELETE FROM toasts WHERE id = 3`,
	`UPDATE toasts_full SET n = 10`, `UPDATE toasts_full SET id = 11 WHERE id = 1`, `UPDATE toasts_full SET t = 'short' WHERE id = 2`, `UPDATE toasts_full SET n = n WHERE id = 3`, `DELETE FROM toasts_full WHERE id = 3`,
}
