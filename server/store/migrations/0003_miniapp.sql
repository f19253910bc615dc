CREATE TABLE `miniapp_steps` (
	`step` text PRIMARY KEY NOT NULL,
	`done_at` integer NOT NULL,
	`person_id` text,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
