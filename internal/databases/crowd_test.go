// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

// crowd is what many sessions do at once while nobody captures it: whoever comes back finds long transactions in turns, and a catalog that
// is not that of the changes.
var crowd = story{name: "a crowd that is captured later", letter: "c", modes: crowdModes, late: true, before: []string{
	copyIn,
	`CREATE TABLE stays (id int PRIMARY KEY, v text, n int)`, `INSERT INTO stays SELECT i, 'v' || i, 0 FROM generate_series(1, 500) i`,
	`CREATE TABLE wider (id int PRIMARY KEY, v text)`, `INSERT INTO wider VALUES (1, 'one'), (2, 'two')`,
	`CREATE TABLE narrower (id int PRIMARY KEY, v text, gone text)`, `INSERT INTO narrower VALUES (1, 'one', 'g')`,
	`CREATE TABLE other_type (id int PRIMARY KEY, v int, w varchar(10))`, `INSERT INTO other_type VALUES (1, 1, 'w')`,
	`CREATE TABLE other_name (id int PRIMARY KEY, v text)`, `INSERT INTO other_name VALUES (1, 'one')`,
	`CREATE TABLE other_key (id int PRIMARY KEY, k int NOT NULL, v text)`, `INSERT INTO other_key VALUES (1, 10, 'one')`,
	`CREATE TABLE no_key_later (id int PRIMARY KEY, v text)`, `INSERT INTO no_key_later VALUES (1, 'one')`,
	`CREATE TABLE again (id int PRIMARY KEY, v text)`, `INSERT INTO again VALUES (1, 'one')`,
	`CREATE TABLE other_null (id int PRIMARY KEY, v text, w int NOT NULL DEFAULT 3)`, `INSERT INTO other_null VALUES (1, 'one', 4)`,
	`CREATE TABLE free (v int, w text)`, `ALTER TABLE free REPLICA IDENTITY FULL`, `INSERT INTO free SELECT i, 'w' FROM generate_series(1, 20) i`,
	`CREATE TABLE large (id int PRIMARY KEY, t text, n int)`, `ALTER TABLE large ALTER t SET STORAGE EXTERNAL`, `INSERT INTO large SELECT i, repeat('x', 20000), i FROM generate_series(1, 10) i`,
	`CREATE TABLE ` + ending + ` (id int4 PRIMARY KEY)`, `INSERT INTO ` + ending + ` VALUES (0)`,
}, after: together(crowdTransactions, steps(crowdDefinitions...))}

var crowdModes = []mode{
	{"defaults, with schemas", "da", with(schemas, "publication.autocreate.mode", "all_tables")},
	{"transactions, truncates, without schemas", "db", with(plain, "publication.autocreate.mode", "all_tables", "skipped.operations", "none", "provide.transaction.metadata", "true")},
	{"filtered, small batches", "dc", with(plain, "max.batch.size", "16", "max.queue.size", "64", "decimal.handling.mode", "string")},
}

var crowdTransactions = together(
	in("a", `BEGIN`, `INSERT INTO stays (id, v) SELECT i, 'a' FROM generate_series(10000, 13999) i`),
	in("b", `BEGIN`, `UPDATE stays SET n = n + 1 WHERE id <= 400`, `SELECT copy_in('stays', 'SELECT i, ''b'', i FROM generate_series(20000, 22999) i')`),
	in("c", `BEGIN`, `INSERT INTO stays SELECT i, 'c', 0 FROM generate_series(30000, 30999) i`, `SAVEPOINT one`, `DELETE FROM stays WHERE id BETWEEN 30000 AND 30499`, `SAVEPOINT two`, `UPDATE stays SET v = 'gone' WHERE id > 30500 AND id < 31000`, `ROLLBACK TO two`,
		`INSERT INTO free SELECT i, 'c' FROM generate_series(1, 50) i`),
	steps(`INSERT INTO stays VALUES (1000, 'between', 0)`, `UPDATE large SET n = 0`, `UPDATE large SET id = id + 100 WHERE id < 4`),
	in("a", `UPDATE stays SET id = id + 100000 WHERE id BETWEEN 13000 AND 13999`),
	in("d", `BEGIN`, `DELETE FROM free WHERE v < 5`, `UPDATE free SET w = 'd' WHERE v > 15`, `PREPARE p AS UPDATE free SET v = $1 WHERE v = $2`, `EXECUTE p(100, 6)`, `COMMIT`),
	in("b", `SELECT pg_logical_emit_message(true, 'crowd', repeat('m', 5000))`, `ROLLBACK`),
	in("c", `ROLLBACK TO one`, `UPDATE stays SET v = 'kept' WHERE id = 30000`),
	in("e", `BEGIN`, `LOCK TABLE wider IN SHARE MODE`, `INSERT INTO wider SELECT i, 'e' FROM generate_series(100, 1100) i`),
	in("a", `COMMIT`), steps(`INSERT INTO stays VALUES (1001, 'after a', 0)`), in("c", `COMMIT`),
	in("e", `DELETE FROM wider WHERE id % 2 = 0 AND id >= 100`, `SELECT copy_in('wider', 'SELECT i, ''copied'' FROM generate_series(2000, 2999) i')`, `UPDATE wider SET v = v || '!' WHERE id > 2900`, `COMMIT`),
	steps(`BEGIN; TRUNCATE free; INSERT INTO free VALUES (1, 'new'); TRUNCATE free, large CASCADE; INSERT INTO large VALUES (1, repeat('y', 30000), 1); UPDATE large SET n = 2; COMMIT`,
		`DO $$ BEGIN FOR i IN 1..200 LOOP INSERT INTO free VALUES (i, 'loop'); COMMIT; END LOOP; END $$`,
		`BEGIN; INSERT INTO stays VALUES (1002, 'x', 0); ROLLBACK`, `BEGIN; COMMIT`),
)

// crowdDefinitions are changes of tables between changes of their rows.
var crowdDefinitions = []string{
	`UPDATE wider SET v = 'before' WHERE id < 3`, `ALTER TABLE wider ADD COLUMN more int DEFAULT 5, ADD COLUMN maybe text`, `UPDATE wider SET more = 6 WHERE id = 1`, `ALTER TABLE wider ADD COLUMN last bool NOT NULL DEFAULT true`, `DELETE FROM wider WHERE id = 2`,
	`UPDATE narrower SET v = 'before'`, `ALTER TABLE narrower DROP COLUMN gone`, `UPDATE narrower SET v = 'after'`, `INSERT INTO narrower VALUES (2, 'two')`,
	`UPDATE other_type SET v = 2`, `ALTER TABLE other_type ALTER v TYPE int8, ALTER w TYPE text`, `UPDATE other_type SET v = 3`, `ALTER TABLE other_type ALTER v TYPE text`, `UPDATE other_type SET v = 'four'`,
	`UPDATE other_name SET v = 'before'`, `ALTER TABLE other_name RENAME COLUMN v TO w`, `UPDATE other_name SET w = 'after'`,
	`UPDATE other_null SET v = 'before'`, `ALTER TABLE other_null ALTER v SET NOT NULL, ALTER w DROP NOT NULL, ALTER w SET DEFAULT 9`, `UPDATE other_null SET w = NULL`,
	`UPDATE again SET v = 'before'`, `DROP TABLE again`, `CREATE TABLE again (id int PRIMARY KEY, v text)`, `INSERT INTO again VALUES (5, 'new')`, `DELETE FROM again`,
	`UPDATE other_key SET v = 'before'`, `UPDATE other_key SET id = 2`, `ALTER TABLE other_key DROP CONSTRAINT other_key_pkey, ADD PRIMARY KEY (k)`, `UPDATE other_key SET v = 'after'`, `UPDATE other_key SET k = 11`, `DELETE FROM other_key`,
	`UPDATE no_key_later SET v = 'before'`, `ALTER TABLE no_key_later DROP CONSTRAINT no_key_later_pkey`, `INSERT INTO no_key_later VALUES (2, 'two')`,
}
