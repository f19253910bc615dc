CREATE TABLE `consents` (
	`consultation_id` text NOT NULL,
	`phone_generation` integer NOT NULL,
	`version` text NOT NULL,
	`by` text NOT NULL,
	`recorded` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`consultation_id`, `phone_generation`, `version`),
	FOREIGN KEY (`consultation_id`) REFERENCES `consultations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`consultation_id` text NOT NULL,
	`at` integer NOT NULL,
	`text` text NOT NULL,
	`answers` text NOT NULL,
	`answered` text,
	`answered_at` integer,
	FOREIGN KEY (`consultation_id`) REFERENCES `consultations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `messages_by_consultation` ON `messages` (`consultation_id`,`at`);--> statement-breakpoint
ALTER TABLE `consultations` ADD `doctor_name` text;--> statement-breakpoint
ALTER TABLE `consultations` ADD `doctor_title` text;--> statement-breakpoint
ALTER TABLE `consultations` ADD `doctor_department` text;--> statement-breakpoint
ALTER TABLE `consultations` ADD `advice` text;