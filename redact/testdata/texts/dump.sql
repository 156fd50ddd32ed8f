CREATE TABLE `users` (`id` int NOT NULL AUTO_INCREMENT, `email` varchar(255), `phone` varchar(32), `password_hash` char(60), `api_token` varchar(64), `tax_id` varchar(20)) ENGINE=InnoDB AUTO_INCREMENT=1000042;
INSERT INTO `users` VALUES (1,'⟦EMAIL:jane@example.com⟧','⟦PHONE:2025550143⟧','⟦PASSWORD:$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy⟧','⟦API_KEY:q7Zk2mX9vB4nT1sW⟧','⟦TAX_ID:12-3456789⟧');
INSERT INTO `users` (`id`,`email`,`phone`,`password`,`api_token`,`tax_id`) VALUES (2,'⟦EMAIL:john@example.org⟧','⟦PHONE:2025550182⟧','⟦PASSWORD:opensesame⟧','⟦API_KEY:zW7Zk2mX9vB4nT1s⟧','⟦TAX_ID:98-7654321⟧');
COPY public.customers (id, name, phone, tax_id, password) FROM stdin;
1	Jane Example	⟦PHONE:2025550143⟧	⟦TAX_ID:12-3456789⟧	⟦PASSWORD:correcthorse⟧
2	John Sample	⟦PHONE:2025550182⟧	⟦TAX_ID:98-7654321⟧	⟦PASSWORD:opensesame⟧
\.
